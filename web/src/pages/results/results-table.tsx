import { Button, Group, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Result } from '@/api/client';
import type { ResultSearch } from '@/app/search';
import { useMay } from '@/app/session';
import { ButtonLink, TextLink } from '@/components/links';
import { Empty } from '@/components/page';
import { useRows } from '@/components/rows';
import { RowsTable } from '@/components/rows-table';
import { ResultStatusBadge } from '@/components/statuses';
import { amount, quantity } from '@/format/numbers';
import { ReleaseDialog } from './release-dialog';

const ROWS_A_PAGE = 200;

interface Props {
  filters: Omit<ResultSearch, 'from' | 'run' | 'view'>;
  from: string | undefined;
  onPlace: (from: string | undefined) => void;
}

/** Allocations, newest first; what is still allocated can be released. */
export function ResultsTable({ filters, from, onPlace }: Props) {
  const { t } = useTranslation();
  const mayRelease = useMay('operator');
  const [releasing, setReleasing] = useState<Result | null>(null);
  const rows = useRows<Result>(['results', filters], from, (cursor, signal) =>
    content(
      api.GET('/allocation-results', {
        params: { query: { ...filters, cursor, limit: ROWS_A_PAGE } },
        signal,
      }),
    ),
  );
  const columns = useMemo<ColumnDef<Result>[]>(
    () => [
      {
        id: 'order',
        header: t('common.order'),
        meta: { width: 92 },
        cell: ({ row: { original } }) => (
          <TextLink to="/orders" search={{ order: original.order_id }} size="sm" tabIndex={-1}>
            #{original.order_id}.{original.line_no}
          </TextLink>
        ),
      },
      {
        id: 'item',
        header: t('common.item'),
        meta: { width: 130 },
        accessorFn: (result) => result.item_code,
      },
      {
        id: 'lot',
        header: t('common.lot'),
        meta: { width: 130, from: 'sm' },
        cell: ({ row: { original } }) => (
          <TextLink to="/inventories" search={{ lot: original.inventory_id }} size="sm" tabIndex={-1}>
            {original.lot_number ?? `#${original.inventory_id}`}
          </TextLink>
        ),
      },
      {
        id: 'quantity',
        header: t('common.quantity'),
        meta: { width: 90, align: 'right' },
        accessorFn: (result) => quantity(result.allocated_quantity),
      },
      {
        id: 'amount',
        header: t('results.amount'),
        meta: { width: 120, align: 'right', from: 'md' },
        accessorFn: (result) => amount(result.allocated_price),
      },
      {
        id: 'status',
        header: t('common.status'),
        meta: { width: 118 },
        cell: ({ row }) => <ResultStatusBadge status={row.original.status} />,
      },
      {
        id: 'run',
        header: t('common.run'),
        meta: { width: 90, from: 'lg' },
        cell: ({ row: { original } }) => (
          <TextLink to="/results" search={{ run: original.run_id ?? undefined }} size="sm" tabIndex={-1}>
            #{original.run_id}
          </TextLink>
        ),
      },
      {
        id: 'why',
        header: t('common.reason'),
        meta: { from: 'md' },
        cell: ({ row }) => (
          <Text size="sm" truncate title={t(`reason.${row.original.reason}`)}>
            {t(`reason.${row.original.reason}`)}
          </Text>
        ),
      },
      ...(mayRelease
        ? [
            {
              id: 'actions',
              header: () => <span className="visually-hidden">{t('results.actions')}</span>,
              meta: { width: 110 },
              cell: ({ row: { original } }) =>
                original.status === 'allocated' && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    tabIndex={-1}
                    onClick={() => setReleasing(original)}
                  >
                    {t('results.release')}
                  </Button>
                ),
            } satisfies ColumnDef<Result>,
          ]
        : []),
    ],
    [t, mayRelease],
  );
  return (
    <>
      <RowsTable
        label={t('results.rows')}
        rows={rows}
        columns={columns}
        rowId={(result) => String(result.id)}
        rowName={(result) => `#${result.id}`}
        onOpen={mayRelease ? (result) => result.status === 'allocated' && setReleasing(result) : undefined}
        onPlace={onPlace}
        empty={
          <Empty
            title={Object.keys(filters).length > 0 ? t('results.empty') : t('results.emptyRuns')}
            hint={t('results.emptyHint')}
            action={
              <Group mt="sm">
                <ButtonLink to="/allocate">{t('nav.allocate')}</ButtonLink>
              </Group>
            }
          />
        }
      />
      <ReleaseDialog result={releasing} onClose={() => setReleasing(null)} />
    </>
  );
}
