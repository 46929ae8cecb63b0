import { Anchor, Badge, Group, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Lot } from '@/api/client';
import type { InventorySearch } from '@/app/search';
import { Bar } from '@/components/bar';
import { Expiry } from '@/components/expiry';
import { ButtonLink } from '@/components/links';
import { Empty } from '@/components/page';
import { useRows } from '@/components/rows';
import { RowsTable } from '@/components/rows-table';
import { daysBetween, today } from '@/format/dates';
import { amount, quantity } from '@/format/numbers';

const ROWS_A_PAGE = 500;

interface Props {
  filters: Omit<InventorySearch, 'from' | 'lot'>;
  from: string | undefined;
  onPlace: (from: string | undefined) => void;
  openId: string | undefined;
  onOpen: (id: number) => void;
}

/** What people call a lot: by its number, else by its id. */
export const lotName = (lot: Pick<Lot, 'id' | 'lot_number'>) => lot.lot_number ?? `#${lot.id}`;

export function LotsTable({ filters, from, onPlace, openId, onOpen }: Props) {
  const { t } = useTranslation();
  const rows = useRows<Lot>(['inventories', filters], from, (cursor, signal) =>
    content(
      api.GET('/inventories', { params: { query: { ...filters, cursor, limit: ROWS_A_PAGE } }, signal }),
    ),
  );
  const columns = useMemo<ColumnDef<Lot>[]>(
    () => [
      {
        id: 'item',
        header: t('common.item'),
        meta: { width: 140 },
        accessorFn: (lot) => lot.item_code,
      },
      {
        id: 'lot',
        header: t('common.lot'),
        meta: { width: 150 },
        cell: ({ row }) => (
          <Group gap={6} wrap="nowrap">
            <Anchor
              component="button"
              size="sm"
              fw={600}
              tabIndex={-1}
              onClick={() => onOpen(row.original.id)}
              truncate
            >
              {lotName(row.original)}
            </Anchor>
            {row.original.held && (
              <Badge size="xs" radius="sm" variant="default" tt="none">
                {t('inventories.held')}
              </Badge>
            )}
          </Group>
        ),
      },
      {
        id: 'location',
        header: t('common.location'),
        meta: { width: 110, from: 'md' },
        accessorFn: (lot) => lot.location ?? '–',
      },
      {
        id: 'bar',
        header: t('inventories.bar'),
        meta: {},
        cell: ({ row }) => <StockBar lot={row.original} />,
      },
      {
        id: 'available',
        header: t('inventories.available'),
        meta: { width: 110, align: 'right', from: 'sm' },
        accessorFn: (lot) => quantity(lot.available_quantity),
      },
      {
        id: 'received',
        header: t('inventories.received'),
        meta: { width: 106, from: 'lg' },
        accessorFn: (lot) => lot.receipt_date,
      },
      {
        id: 'age',
        header: t('inventories.age'),
        meta: { width: 74, align: 'right', from: 'sm' },
        accessorFn: (lot) => t('common.days', { count: daysBetween(lot.receipt_date, today()) }),
      },
      {
        id: 'expires',
        header: t('inventories.expires'),
        meta: { width: 196, from: 'sm' },
        cell: ({ row }) => <Expiry day={row.original.expiration_date} />,
      },
      {
        id: 'price',
        header: t('inventories.price'),
        meta: { width: 110, align: 'right', from: 'lg' },
        accessorFn: (lot) => amount(lot.unit_price),
      },
    ],
    [t, onOpen],
  );
  return (
    <RowsTable
      label={t('inventories.title')}
      rows={rows}
      columns={columns}
      rowId={(lot) => String(lot.id)}
      rowName={lotName}
      onOpen={(lot) => onOpen(lot.id)}
      openId={openId}
      onPlace={onPlace}
      empty={
        Object.keys(filters).length > 0 ? (
          <Empty title={t('inventories.empty')} />
        ) : (
          <Empty
            title={t('inventories.emptyAll')}
            hint={t('inventories.emptyHint')}
            action={
              <ButtonLink to="/import" search={{ kind: 'inventories' }} mt="sm">
                {t('nav.import')}
              </ButtonLink>
            }
          />
        )
      }
    />
  );
}

/** On hand as one bar: what is allocated, and what is available or on hold. */
export function StockBar({ lot }: { lot: Lot }) {
  const { t } = useTranslation();
  const words = {
    allocated: quantity(lot.allocated_quantity),
    available: quantity(lot.available_quantity),
    quantity: quantity(lot.quantity),
  };
  return (
    <div>
      <Text size="xs" ta="right" lh={1.3}>
        {words.allocated} / {words.quantity}
      </Text>
      <Bar
        whole={lot.quantity}
        parts={[
          { quantity: lot.allocated_quantity, colour: 'var(--allocated)' },
          { quantity: lot.available_quantity, colour: lot.held ? 'var(--held)' : 'var(--available)' },
        ]}
        label={t('inventories.barLabel', words)}
      />
    </div>
  );
}
