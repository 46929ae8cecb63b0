import { Button, Group, Modal, SimpleGrid, Stack, Tabs, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Run, type Schemas } from '@/api/client';
import { asksAgain, queries, waitBefore } from '@/app/queries';
import { useMay } from '@/app/session';
import { FailureNotice } from '@/components/failures';
import { Figure } from '@/components/figure';
import { Empty } from '@/components/page';
import { isPositive } from '@/format/decimal';
import { amount, percent, quantity } from '@/format/numbers';
import { ShortageRows, TakenRows } from './run-rows';

interface Props {
  preview: Run;
  request: Omit<Schemas['AllocationRequest'], 'dry_run'>;
  isStale: boolean;
  onStarted: (runId: number) => void;
}

/** What would be taken from where and why, what stays short and why, what it costs; and the way to do it. */
export function Preview({ preview, request, isStale, onStarted }: Props) {
  const { t } = useTranslation();
  const mayAllocate = useMay('operator');
  const [confirming, confirm] = useDisclosure(false);
  const method = t(`method.${preview.allocation_method}`);
  if (preview.lines === 0) return <Empty title={t('allocate.noDemand')} />;
  return (
    <section aria-label={t('allocate.previewOf', { method })} data-testid="preview">
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('allocate.previewOf', { method })}
          </Title>
          {mayAllocate ? (
            <Button disabled={isStale || !isPositive(preview.allocated_quantity)} onClick={confirm.open}>
              {t('allocate.confirm', { quantity: quantity(preview.allocated_quantity) })}
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              {t('allocate.viewerOnly')}
            </Text>
          )}
        </Group>
        <RunFigures run={preview} taken={t('allocate.allocated')} />
        <RunTabs run={preview} />
      </Stack>
      <ConfirmDialog
        preview={preview}
        request={request}
        opened={confirming}
        onClose={confirm.close}
        onStarted={onStarted}
      />
    </section>
  );
}

export function RunFigures({ run, taken }: { run: Run; taken: string }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      <Figure compact label={t('allocate.requested')} value={quantity(run.requested_quantity)} />
      <Figure compact label={taken} value={quantity(run.allocated_quantity)} />
      <Figure
        compact
        label={t('allocate.short')}
        value={quantity(run.short_quantity)}
        colour={isPositive(run.short_quantity) ? 'var(--warn)' : undefined}
      />
      <Figure compact label={t('allocate.fillRate')} value={percent(run.fill_rate)} />
      <Figure compact label={t('allocate.cost')} value={amount(run.allocated_price)} />
      {run.outlook && (
        <Figure
          compact
          label={t('allocate.expiring')}
          value={quantity(run.outlook.expiring_quantity)}
          hint={`${t('allocate.oldest')}: ${run.outlook.oldest_receipt_date ?? '–'}`}
        />
      )}
    </SimpleGrid>
  );
}

export function RunTabs({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string | null>(
    run.results.length === 0 && run.shortages.length > 0 ? 'short' : 'taken',
  );
  return (
    <Tabs value={tab} onChange={setTab}>
      <Tabs.List mb="xs">
        <Tabs.Tab value="taken">{t('allocate.taken', { count: run.results.length })}</Tabs.Tab>
        <Tabs.Tab value="short">{t('allocate.shortages', { count: run.shortages.length })}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="taken">{tab === 'taken' && <TakenRows results={run.results} />}</Tabs.Panel>
      <Tabs.Panel value="short">{tab === 'short' && <ShortageRows shortages={run.shortages} />}</Tabs.Panel>
    </Tabs>
  );
}

function ConfirmDialog({
  preview,
  request,
  opened,
  onClose,
  onStarted,
}: Omit<Props, 'isStale'> & { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const method = t(`method.${preview.allocation_method}`);
  const start = useMutation({
    // One key for all attempts: however often it is sent, it is done once.
    mutationFn: (key: string) =>
      content(
        api.POST('/allocate', {
          params: { header: { prefer: 'respond-async', 'idempotency-key': key } },
          body: request,
        }),
      ),
    retry: asksAgain,
    retryDelay: waitBefore,
    onSuccess: (run) => {
      if (run.id === null) return;
      queries.setQueryData(previewOf(run.id), preview);
      onStarted(run.id);
    },
  });
  const lots = new Set(preview.results.map((row) => row.inventory_id)).size;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('allocate.confirmTitle', { method })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <Stack>
        <Text size="sm">
          {t('allocate.confirmText', {
            allocated: quantity(preview.allocated_quantity),
            requested: quantity(preview.requested_quantity),
            lots: quantity(preview.outlook?.lots_touched ?? lots),
            cost: amount(preview.allocated_price),
          })}
        </Text>
        {start.error !== null && <FailureNotice error={start.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={start.isPending}>
            {t('common.cancel')}
          </Button>
          <Button data-autofocus loading={start.isPending} onClick={() => start.mutate(crypto.randomUUID())}>
            {t('allocate.confirmed')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Where the preview of a run is kept, for as long as the page is. */
export const previewOf = (runId: number) => ['previewed', runId] as const;
