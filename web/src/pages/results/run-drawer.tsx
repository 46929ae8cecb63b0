import { Button, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, content, type Run, type Shortage } from '@/api/client';
import { FailureNotice } from '@/components/failures';
import { ButtonLink, TextLink } from '@/components/links';
import { ReasonList } from '@/components/reasons';
import { useRows } from '@/components/rows';
import { RunStatusBadge } from '@/components/statuses';
import { isPositive } from '@/format/decimal';
import { amount, percent, quantity } from '@/format/numbers';

/** One run beside the list: what was asked, what came of it, what stayed short and why. */
export function RunDrawer({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: ({ signal }) =>
      content(api.GET('/allocation-runs/{id}', { params: { path: { id: id as number } }, signal })),
    enabled: id !== undefined,
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={
        <Group gap="sm">
          <Text fw={700} size="lg">
            {t('allocate.runTitle', { id })}
          </Text>
          {run.data && <RunStatusBadge status={run.data.status} />}
        </Group>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {run.isPending && <Skeleton height={240} />}
      {run.error && <FailureNotice error={run.error} onRetry={() => void run.refetch()} />}
      {run.data && id !== undefined && <RunDetails id={id} run={run.data} />}
    </Drawer>
  );
}

function RunDetails({ id, run }: { id: number; run: Run }) {
  const { t } = useTranslation();
  const facts: [string, string][] = [
    [t('common.method'), t(`method.${run.allocation_method}`)],
    [t('allocate.costing'), t(`costing.${run.costing_method}`)],
    [t('allocate.date'), run.allocation_date],
    [t('allocate.scarcity'), t(`allocate.${run.scarcity}`)],
    [t('results.requested'), quantity(run.requested_quantity)],
    [t('results.allocated'), quantity(run.allocated_quantity)],
    [t('results.fillRate'), percent(run.fill_rate)],
    [t('results.amount'), amount(run.allocated_price)],
  ];
  if (run.trigger !== null) facts.push([t('results.trigger'), run.trigger]);
  return (
    <Stack>
      <Group gap="lg" component="dl" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0}>
              {value}
            </Text>
          </div>
        ))}
      </Group>
      <Group gap="xs">
        <ButtonLink size="xs" variant="default" to="/results" search={{ view: 'results', run_id: id }}>
          {t('allocate.seeResults')}
        </ButtonLink>
        {(run.status === 'queued' || run.status === 'running') && (
          <ButtonLink size="xs" to="/allocate" search={{ run: id }}>
            {t(`runStatus.${run.status}`)}
          </ButtonLink>
        )}
        {isPositive(run.short_quantity) && (
          <ButtonLink size="xs" variant="default" to="/allocate" search={{ method: run.allocation_method }}>
            {t('results.again')}
          </ButtonLink>
        )}
      </Group>
      <Shortages id={id} />
    </Stack>
  );
}

function Shortages({ id }: { id: number }) {
  const { t } = useTranslation();
  const rows = useRows<Shortage>(['shortages', id], undefined, (cursor, signal) =>
    content(
      api.GET('/allocation-runs/{id}/shortages', { params: { path: { id }, query: { cursor } }, signal }),
    ),
  );
  return (
    <section>
      <Title order={2} size="h5" mb={4}>
        {t('results.shortages')}
      </Title>
      {rows.isLoading && <Skeleton height={80} />}
      {rows.error !== null && <FailureNotice error={rows.error} onRetry={rows.retry} />}
      {!rows.isLoading && rows.error === null && rows.items.length === 0 && (
        <Text size="sm">{t('allocate.noShortage')}</Text>
      )}
      {rows.items.map((shortage) => (
        <div key={`${shortage.order_id}.${shortage.line_no}`} style={{ marginBottom: 10 }}>
          <Text size="sm" fw={600}>
            <TextLink to="/orders" search={{ order: shortage.order_id }} inherit underline="always">
              #{shortage.order_id}.{shortage.line_no}
            </TextLink>{' '}
            {shortage.item_code}: {quantity(shortage.short_quantity)}
          </Text>
          <ReasonList reasons={shortage.reasons} />
        </div>
      ))}
      {rows.hasMore && (
        <Button size="xs" variant="subtle" loading={rows.isLoadingMore} onClick={rows.loadMore}>
          {t('common.rowsMore', { count: rows.items.length })}
        </Button>
      )}
    </section>
  );
}
