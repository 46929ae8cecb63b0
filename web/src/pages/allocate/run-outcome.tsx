import { Alert, Button, Group, List, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Run } from '@/api/client';
import { queries, stockChanged } from '@/app/queries';
import { useMay } from '@/app/session';
import { FailureNotice, tellFailure } from '@/components/failures';
import { ButtonLink } from '@/components/links';
import { Page } from '@/components/page';
import { compare, share, sum } from '@/format/decimal';
import { amount, percent, quantity } from '@/format/numbers';
import { type Change, changesOf, extent } from './changes';
import { MOST_ROWS } from './options';
import { previewOf, RunFigures, RunTabs } from './preview';

const OFTEN_MILLISECONDS = 700;
const SELDOM_MILLISECONDS = 3000;
const MANY_ROWS = 1000;
const CHANGES_SHOWN = 20;

const isUnderWay = (run: Run) => run.status === 'queued' || run.status === 'running';

/** A run: how far it has come, and then what came of it, next to what was previewed. */
export function RunOutcome({ id, title }: { id: number; title: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['run', id],
    queryFn: ({ signal }) => content(api.GET('/allocation-runs/{id}', { params: { path: { id } }, signal })),
    // A server that is down comes back, and the run goes on.
    refetchInterval: ({ state }) => {
      if (state.data && !isUnderWay(state.data)) return false;
      return (state.data?.results.length ?? 0) > MANY_ROWS ? SELDOM_MILLISECONDS : OFTEN_MILLISECONDS;
    },
    staleTime: 0,
  });
  const run = query.data;
  const isDone = run !== undefined && !isUnderWay(run);
  useEffect(() => {
    if (isDone) void stockChanged();
  }, [isDone]);
  return (
    <Page
      title={`${title}: ${t('allocate.runTitle', { id })}`}
      actions={
        isDone && (
          <>
            <ButtonLink size="xs" variant="default" to="/results" search={{ view: 'results', run_id: id }}>
              {t('allocate.seeResults')}
            </ButtonLink>
            <ButtonLink size="xs" to="/allocate" search={{}}>
              {t('allocate.another')}
            </ButtonLink>
          </>
        )
      }
    >
      {query.isPending && <Skeleton height={200} />}
      {query.error && !run && <FailureNotice error={query.error} onRetry={() => void query.refetch()} />}
      {run && (
        <Stack>
          {isUnderWay(run) ? <UnderWay run={run} /> : <Outcome run={run} />}
          <RunFigures run={run} taken={t('allocate.done')} />
          {!isUnderWay(run) && <RunTabs run={run} />}
        </Stack>
      )}
    </Page>
  );
}

function UnderWay({ run }: { run: Run }) {
  const { t } = useTranslation();
  const mayStop = useMay('operator');
  const decided = sum([run.allocated_quantity, run.short_quantity]);
  const stop = useMutation({
    mutationFn: () =>
      content(api.POST('/allocation-runs/{id}/cancel', { params: { path: { id: run.id as number } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['run', run.id] }),
    onError: tellFailure,
  });
  const done = share(decided, run.requested_quantity);
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">{t(run.status === 'queued' ? 'allocate.queued' : 'allocate.running')}</Text>
      <Progress value={done * 100} animated aria-label={t('allocate.running')} />
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {t('allocate.progress', { done: quantity(decided), all: quantity(run.requested_quantity) })} ·{' '}
          {percent(done)}
        </Text>
        {mayStop && (
          <Button size="xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t('allocate.stop')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Outcome({ run }: { run: Run }) {
  const { t } = useTranslation();
  const preview = queries.getQueryData<Run>(previewOf(run.id as number));
  if (run.status === 'failed') return <Alert color="red">{t('allocate.failed')}</Alert>;
  if (run.status === 'cancelled') return <Alert color="orange">{t('allocate.stopped')}</Alert>;
  if (!preview) {
    return (
      <Text size="sm" c="dimmed">
        {t('allocate.noPreview')}
      </Text>
    );
  }
  const changes = changesOf(preview, run);
  const isWhole = preview.results.length < MOST_ROWS && run.results.length < MOST_ROWS;
  const sameTotals =
    compare(preview.allocated_quantity, run.allocated_quantity) === 0 &&
    compare(preview.allocated_price, run.allocated_price) === 0 &&
    compare(preview.requested_quantity, run.requested_quantity) === 0;
  if (changes.length === 0 && sameTotals) {
    return (
      <Alert color="teal" icon={<IconCheck />} role="status">
        {t(isWhole ? 'allocate.asPreviewed' : 'allocate.asPreviewedFirst', { count: run.results.length })}
      </Alert>
    );
  }
  return <Changed preview={preview} run={run} changes={changes} />;
}

function Changed({ preview, run, changes }: { preview: Run; run: Run; changes: Change[] }) {
  const { t } = useTranslation();
  const totals = [
    [t('allocate.requested'), quantity(preview.requested_quantity), quantity(run.requested_quantity)],
    [t('allocate.done'), quantity(preview.allocated_quantity), quantity(run.allocated_quantity)],
    [t('allocate.cost'), amount(preview.allocated_price), amount(run.allocated_price)],
  ].filter(([, before, after]) => before !== after);
  return (
    <Alert
      color="orange"
      icon={<IconInfoCircle />}
      role="status"
      title={t('allocate.changed', { count: changes.length })}
      data-testid="changes"
    >
      <List size="sm">
        {totals.map(([name, before, after]) => (
          <List.Item key={name}>
            {name}: {before} → {after}
          </List.Item>
        ))}
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <List.Item key={`${change.orderId}/${change.lineNo}/${change.lot}`}>
            <ChangeText change={change} />
          </List.Item>
        ))}
      </List>
      {changes.length > CHANGES_SHOWN && (
        <Text size="sm">{t('allocate.changedMore', { count: changes.length - CHANGES_SHOWN })}</Text>
      )}
    </Alert>
  );
}

function ChangeText({ change }: { change: Change }) {
  const { t } = useTranslation();
  const place = { order: change.orderId, line: change.lineNo, lot: change.lot };
  if (change.kind === 'price') {
    return t('allocate.rowPrice', { ...place, before: amount(change.before), after: amount(change.after) });
  }
  const words = { ...place, quantity: quantity(extent(change)) };
  return t(change.kind === 'more' ? 'allocate.rowMore' : 'allocate.rowLess', words);
}
