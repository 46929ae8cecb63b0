import { Anchor } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Run } from '@/api/client';
import { ButtonLink } from '@/components/links';
import { Empty } from '@/components/page';
import { useRows } from '@/components/rows';
import { RowsTable } from '@/components/rows-table';
import { RunStatusBadge } from '@/components/statuses';
import { instant } from '@/format/dates';
import { amount, percent, quantity } from '@/format/numbers';

const ROWS_A_PAGE = 100;

interface Props {
  from: string | undefined;
  onPlace: (from: string | undefined) => void;
  openId: string | undefined;
  onOpen: (id: number) => void;
}

/** The runs, newest first. */
export function RunsTable({ from, onPlace, openId, onOpen }: Props) {
  const { t } = useTranslation();
  const rows = useRows<Run>(['runs'], from, (cursor, signal) =>
    content(api.GET('/allocation-runs', { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
  );
  const columns = useMemo<ColumnDef<Run>[]>(
    () => [
      {
        id: 'run',
        header: t('common.run'),
        meta: { width: 80 },
        cell: ({ row }) => (
          <Anchor
            component="button"
            size="sm"
            fw={600}
            tabIndex={-1}
            onClick={() => onOpen(row.original.id as number)}
          >
            #{row.original.id}
          </Anchor>
        ),
      },
      {
        id: 'method',
        header: t('common.method'),
        meta: {},
        accessorFn: (run) => t(`method.${run.allocation_method}`),
      },
      {
        id: 'status',
        header: t('common.status'),
        meta: { width: 124 },
        cell: ({ row }) => <RunStatusBadge status={row.original.status} />,
      },
      {
        id: 'finished',
        header: t('results.finished'),
        meta: { width: 140, from: 'md' },
        accessorFn: (run) => (run.finished_at ? instant(run.finished_at) : '–'),
      },
      {
        id: 'lines',
        header: t('results.lines'),
        meta: { width: 90, align: 'right', from: 'lg' },
        accessorFn: (run) => quantity(run.lines),
      },
      {
        id: 'requested',
        header: t('results.requested'),
        meta: { width: 110, align: 'right', from: 'md' },
        accessorFn: (run) => quantity(run.requested_quantity),
      },
      {
        id: 'allocated',
        header: t('results.allocated'),
        meta: { width: 110, align: 'right', from: 'sm' },
        accessorFn: (run) => quantity(run.allocated_quantity),
      },
      {
        id: 'short',
        header: t('results.short'),
        meta: { width: 100, align: 'right', from: 'sm' },
        accessorFn: (run) => quantity(run.short_quantity),
      },
      {
        id: 'rate',
        header: t('results.fillRate'),
        meta: { width: 90, align: 'right' },
        accessorFn: (run) => percent(run.fill_rate),
      },
      {
        id: 'amount',
        header: t('results.amount'),
        meta: { width: 140, align: 'right', from: 'md' },
        accessorFn: (run) => amount(run.allocated_price),
      },
    ],
    [t, onOpen],
  );
  return (
    <RowsTable
      label={t('results.runs')}
      rows={rows}
      columns={columns}
      rowId={(run) => String(run.id)}
      rowName={(run) => `#${run.id}`}
      onOpen={(run) => onOpen(run.id as number)}
      openId={openId}
      onPlace={onPlace}
      empty={
        <Empty
          title={t('results.emptyRuns')}
          hint={t('results.emptyHint')}
          action={
            <ButtonLink to="/allocate" mt="sm">
              {t('nav.allocate')}
            </ButtonLink>
          }
        />
      }
    />
  );
}
