import { Button, Group, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { filtersOf, ORDER_STATUSES, type OrderSearch, without } from '@/app/search';
import { DateFilter, FilterBar, TextFilter } from '@/components/filters';
import { Page } from '@/components/page';
import { BulkActions } from './bulk-actions';
import { OrderDrawer } from './order-drawer';
import { OrdersTable } from './orders-table';

/** Orders: found, opened, and settled many at a time. */
export function OrdersPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filters = filtersOf(search);

  const filter = useCallback(
    (change: Partial<OrderSearch>) => {
      setSelected(new Set());
      // The place in the old list is none in the new one.
      void navigate({ search: (old) => without({ ...old, from: undefined, ...change }), replace: true });
    },
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
  const open = useCallback(
    (order: number | undefined) => void navigate({ search: (old) => without({ ...old, order }) }),
    [navigate],
  );
  const setReference = useCallback((reference?: string) => filter({ reference }), [filter]);
  const setItem = useCallback((item_code?: string) => filter({ item_code }), [filter]);

  return (
    <Page
      fills
      title={t('orders.title')}
      actions={
        <Group gap="xs" mih={30}>
          <BulkActions selected={selected} onDone={() => setSelected(new Set())} />
        </Group>
      }
    >
      <FilterBar
        onClear={
          Object.keys(filters).length > 0 ? () => void navigate({ search: {}, replace: true }) : undefined
        }
      >
        <TextFilter
          label={t('orders.search')}
          placeholder={t('orders.searchHint')}
          value={search.reference}
          onCommit={setReference}
          data-search
        />
        <TextFilter label={t('common.item')} value={search.item_code} onCommit={setItem} />
        <Select
          size="xs"
          w={150}
          label={t('common.status')}
          placeholder={t('common.any')}
          clearable
          value={search.status ?? null}
          data={ORDER_STATUSES.map((status) => ({ value: status, label: t(`orderStatus.${status}`) }))}
          onChange={(status) => filter({ status: (status ?? undefined) as OrderSearch['status'] })}
        />
        <Select
          size="xs"
          w={110}
          label={t('orders.short')}
          placeholder={t('common.any')}
          clearable
          value={search.short === undefined ? null : String(search.short)}
          data={[
            { value: 'true', label: t('common.yes') },
            { value: 'false', label: t('common.no') },
          ]}
          onChange={(short) => filter({ short: short === null ? undefined : short === 'true' })}
        />
        <DateFilter
          label={t('orders.requestedBefore')}
          value={search.requested_before}
          onCommit={(requested_before) => filter({ requested_before })}
        />
        <DateFilter
          label={t('orders.createdOn')}
          value={search.created_on}
          onCommit={(created_on) => filter({ created_on })}
        />
        <Select
          size="xs"
          w={190}
          label={t('common.sort')}
          value={search.sort ?? 'newest'}
          allowDeselect={false}
          data={[
            { value: 'newest', label: t('orders.newest') },
            { value: 'demand', label: t('orders.demand') },
          ]}
          onChange={(sort) => filter({ sort: sort === 'demand' ? 'demand' : undefined })}
        />
        {search.from !== undefined && (
          <Button size="xs" variant="default" onClick={() => filter({})}>
            {t('common.fromStart')}
          </Button>
        )}
      </FilterBar>
      <OrdersTable
        key={JSON.stringify(filters)}
        filters={filters}
        from={search.from}
        onPlace={setPlace}
        openId={search.order === undefined ? undefined : String(search.order)}
        onOpen={open}
        selected={selected}
        onSelect={setSelected}
      />
      <OrderDrawer id={search.order} onClose={() => open(undefined)} />
    </Page>
  );
}
