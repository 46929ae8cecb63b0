import { Button, SegmentedControl, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { filtersOf, RESULT_STATUSES, type ResultSearch, without } from '@/app/search';
import { FilterBar, TextFilter } from '@/components/filters';
import { Page } from '@/components/page';
import { ExportButton } from './export-button';
import { ResultsTable } from './results-table';
import { RunDrawer } from './run-drawer';
import { RunsTable } from './runs-table';

const asId = (text: string | undefined) => {
  const id = Number(text);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
};

/** What was allocated: by run, by order, by lot. */
export function ResultsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/results' });
  const navigate = useNavigate({ from: '/results' });
  const filters = filtersOf(search);
  const view = search.view ?? 'runs';

  const filter = useCallback(
    (change: Partial<ResultSearch>) =>
      void navigate({ search: (old) => without({ ...old, from: undefined, ...change }), replace: true }),
    [navigate],
  );
  const setPlace = useCallback(
    (from: string | undefined) =>
      void navigate({
        search: (old) => (old.from === from ? old : without({ ...old, from })),
        replace: true,
      }),
    [navigate],
  );
  const openRun = useCallback(
    (run: number | undefined) => void navigate({ search: (old) => without({ ...old, run }) }),
    [navigate],
  );
  const setRun = useCallback((text?: string) => filter({ run_id: asId(text) }), [filter]);
  const setOrder = useCallback((text?: string) => filter({ order_id: asId(text) }), [filter]);
  const setLot = useCallback((text?: string) => filter({ inventory_id: asId(text) }), [filter]);
  const setItem = useCallback((item_code?: string) => filter({ item_code }), [filter]);
  const setNumber = useCallback((lot_number?: string) => filter({ lot_number }), [filter]);

  return (
    <Page
      fills
      title={t('results.title')}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('results.view')}
            value={view}
            data={[
              { value: 'runs', label: t('results.runs') },
              { value: 'results', label: t('results.rows') },
            ]}
            onChange={(chosen) => void navigate({ search: { view: chosen as ResultSearch['view'] } })}
          />
          {view === 'results' && <ExportButton filters={filters} />}
        </>
      }
    >
      {view === 'runs' ? (
        <RunsTable
          from={search.from}
          onPlace={setPlace}
          openId={search.run === undefined ? undefined : String(search.run)}
          onOpen={openRun}
        />
      ) : (
        <>
          <FilterBar
            onClear={
              Object.keys(filters).length > 0
                ? () => void navigate({ search: { view: 'results' }, replace: true })
                : undefined
            }
          >
            <TextFilter
              label={t('results.runId')}
              inputMode="numeric"
              w={100}
              value={search.run_id?.toString()}
              onCommit={setRun}
            />
            <TextFilter
              label={t('results.orderId')}
              inputMode="numeric"
              w={100}
              value={search.order_id?.toString()}
              onCommit={setOrder}
              data-search
            />
            <TextFilter
              label={t('results.lotId')}
              inputMode="numeric"
              w={100}
              value={search.inventory_id?.toString()}
              onCommit={setLot}
            />
            <TextFilter label={t('common.item')} value={search.item_code} onCommit={setItem} />
            <TextFilter label={t('common.lotNumber')} value={search.lot_number} onCommit={setNumber} />
            <Select
              size="xs"
              w={140}
              label={t('common.status')}
              placeholder={t('common.any')}
              clearable
              value={search.status ?? null}
              data={RESULT_STATUSES.map((status) => ({ value: status, label: t(`resultStatus.${status}`) }))}
              onChange={(status) => filter({ status: (status ?? undefined) as ResultSearch['status'] })}
            />
            {search.from !== undefined && (
              <Button size="xs" variant="default" onClick={() => filter({})}>
                {t('common.fromStart')}
              </Button>
            )}
          </FilterBar>
          <ResultsTable
            key={JSON.stringify(filters)}
            filters={filters}
            from={search.from}
            onPlace={setPlace}
          />
        </>
      )}
      <RunDrawer id={search.run} onClose={() => openRun(undefined)} />
    </Page>
  );
}
