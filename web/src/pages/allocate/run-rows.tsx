import { Box, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result, Shortage } from '@/api/client';
import { TextLink } from '@/components/links';
import { Empty } from '@/components/page';
import type { Rows } from '@/components/rows';
import { RowsTable } from '@/components/rows-table';
import { amount, quantity } from '@/format/numbers';

/** Makes a table's rows of what is there already. */
function given<T>(items: T[]): Rows<T> {
  return {
    items,
    isLoading: false,
    error: null,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    retry: () => undefined,
    placeOf: () => undefined,
    startsLater: false,
  };
}

const HEIGHT = 'min(560px, 60dvh)';

/** What is taken from which lot for which line, and why that one. */
export function TakenRows({ results }: { results: Result[] }) {
  const { t } = useTranslation();
  const rows = useMemo(() => given(results.map((result, index) => ({ result, index }))), [results]);
  const columns = useMemo<ColumnDef<{ result: Result; index: number }>[]>(
    () => [
      {
        id: 'order',
        header: t('common.order'),
        meta: { width: 96 },
        cell: ({ row: { original } }) => (
          <TextLink to="/orders" search={{ order: original.result.order_id }} size="sm" tabIndex={-1}>
            #{original.result.order_id}.{original.result.line_no}
          </TextLink>
        ),
      },
      {
        id: 'item',
        header: t('common.item'),
        meta: { width: 140 },
        accessorFn: ({ result }) => result.item_code,
      },
      {
        id: 'lot',
        header: t('common.lot'),
        meta: { width: 140 },
        cell: ({ row: { original } }) => (
          <TextLink to="/inventories" search={{ lot: original.result.inventory_id }} size="sm" tabIndex={-1}>
            {original.result.lot_number ?? `#${original.result.inventory_id}`}
          </TextLink>
        ),
      },
      {
        id: 'location',
        header: t('common.location'),
        meta: { width: 110, from: 'md' },
        accessorFn: ({ result }) => result.location ?? '–',
      },
      {
        id: 'quantity',
        header: t('common.quantity'),
        meta: { width: 100, align: 'right' },
        accessorFn: ({ result }) => quantity(result.allocated_quantity),
      },
      {
        id: 'price',
        header: t('allocate.unitPrice'),
        meta: { width: 110, align: 'right', from: 'md' },
        accessorFn: ({ result }) => amount(result.unit_price),
      },
      {
        id: 'amount',
        header: t('allocate.amount'),
        meta: { width: 120, align: 'right', from: 'sm' },
        accessorFn: ({ result }) => amount(result.allocated_price),
      },
      {
        id: 'why',
        header: t('allocate.why'),
        meta: { from: 'sm' },
        cell: ({ row: { original } }) => (
          <Text size="sm" truncate title={t(`reason.${original.result.reason}`)}>
            {t(`reason.${original.result.reason}`)}
            {original.result.provisional && ` (${t('allocate.provisional')})`}
          </Text>
        ),
      },
    ],
    [t],
  );
  return (
    <Box h={results.length > 10 ? HEIGHT : undefined} style={{ display: 'flex' }}>
      <RowsTable
        label={t('allocate.taken', { count: results.length })}
        rows={rows}
        columns={columns}
        rowId={(row) => String(row.index)}
        rowName={(row) => `#${row.result.order_id}`}
        empty={<Empty title={t('allocate.noneTaken')} />}
      />
    </Box>
  );
}

/** What stays short, and what keeps stock from it. */
export function ShortageRows({ shortages }: { shortages: Shortage[] }) {
  const { t } = useTranslation();
  const rows = useMemo(() => given(shortages), [shortages]);
  const columns = useMemo<ColumnDef<Shortage>[]>(
    () => [
      {
        id: 'order',
        header: t('common.order'),
        meta: { width: 96 },
        cell: ({ row: { original } }) => (
          <TextLink to="/orders" search={{ order: original.order_id }} size="sm" tabIndex={-1}>
            #{original.order_id}.{original.line_no}
          </TextLink>
        ),
      },
      {
        id: 'item',
        header: t('common.item'),
        meta: { width: 140 },
        accessorFn: (shortage) => shortage.item_code,
      },
      {
        id: 'short',
        header: t('common.inShort'),
        meta: { width: 100, align: 'right' },
        accessorFn: (shortage) => quantity(shortage.short_quantity),
      },
      {
        id: 'why',
        header: t('allocate.why'),
        meta: {},
        cell: ({ row: { original } }) => {
          const words = original.reasons
            .map((reason) => `${quantity(reason.quantity)} ${t(`shortageReason.${reason.code}`)}`)
            .join(' · ');
          return (
            <Text size="sm" truncate title={words}>
              {words}
            </Text>
          );
        },
      },
    ],
    [t],
  );
  return (
    <Box h={shortages.length > 10 ? HEIGHT : undefined} style={{ display: 'flex' }}>
      <RowsTable
        label={t('allocate.shortages', { count: shortages.length })}
        rows={rows}
        columns={columns}
        rowId={(shortage) => `${shortage.order_id}.${shortage.line_no}`}
        rowName={(shortage) => `#${shortage.order_id}`}
        empty={<Empty title={t('allocate.noShortage')} />}
      />
    </Box>
  );
}
