import { Anchor, Group, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Order } from '@/api/client';
import type { OrderSearch } from '@/app/search';
import { Bar } from '@/components/bar';
import { ButtonLink } from '@/components/links';
import { Empty } from '@/components/page';
import { useRows } from '@/components/rows';
import { RowsTable } from '@/components/rows-table';
import { OrderStatusBadge } from '@/components/statuses';
import { instant } from '@/format/dates';
import { sum } from '@/format/decimal';
import { quantity } from '@/format/numbers';

const ROWS_A_PAGE = 200;

interface Props {
  filters: Omit<OrderSearch, 'from' | 'order'>;
  from: string | undefined;
  onPlace: (from: string | undefined) => void;
  openId: string | undefined;
  onOpen: (id: number) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

/** What people call an order: by its reference, else by its number. */
export const orderName = (order: Pick<Order, 'id' | 'reference'>) => order.reference ?? `#${order.id}`;

export function OrdersTable({ filters, from, onPlace, openId, onOpen, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const rows = useRows<Order>(['orders', filters], from, (cursor, signal) =>
    content(api.GET('/orders', { params: { query: { ...filters, cursor, limit: ROWS_A_PAGE } }, signal })),
  );
  const columns = useMemo<ColumnDef<Order>[]>(
    () => [
      {
        id: 'reference',
        header: t('common.reference'),
        meta: { width: 150 },
        cell: ({ row }) => (
          <Anchor component="button" size="sm" fw={600} tabIndex={-1} onClick={() => onOpen(row.original.id)}>
            {orderName(row.original)}
          </Anchor>
        ),
      },
      {
        id: 'customer',
        header: t('common.customer'),
        meta: { from: 'md' },
        accessorFn: (order) => order.customer ?? '–',
      },
      {
        id: 'requested',
        header: t('orders.requested'),
        meta: { width: 110, from: 'sm' },
        accessorFn: (order) => order.requested_date ?? '–',
      },
      {
        id: 'priority',
        header: t('orders.priority'),
        meta: { width: 80, align: 'right', from: 'md' },
        accessorFn: (order) => order.priority,
      },
      {
        id: 'items',
        header: t('orders.items'),
        meta: { from: 'lg' },
        cell: ({ row }) => <Items order={row.original} />,
      },
      {
        id: 'progress',
        header: t('orders.progress'),
        meta: {},
        cell: ({ row }) => <Progress order={row.original} />,
      },
      {
        id: 'status',
        header: t('common.status'),
        meta: { width: 148 },
        cell: ({ row }) => <OrderStatusBadge status={row.original.status} />,
      },
      {
        id: 'created',
        header: t('common.created'),
        meta: { width: 140, from: 'lg' },
        accessorFn: (order) => instant(order.created_at),
      },
    ],
    [t, onOpen],
  );
  return (
    <RowsTable
      label={t('orders.title')}
      rows={rows}
      columns={columns}
      rowId={(order) => String(order.id)}
      rowName={orderName}
      onOpen={(order) => onOpen(order.id)}
      openId={openId}
      selected={selected}
      onSelect={onSelect}
      onPlace={onPlace}
      empty={
        Object.keys(filters).length > 0 ? (
          <Empty title={t('orders.empty')} />
        ) : (
          <Empty
            title={t('orders.emptyAll')}
            hint={t('orders.emptyHint')}
            action={
              <ButtonLink to="/import" mt="sm">
                {t('nav.import')}
              </ButtonLink>
            }
          />
        )
      }
    />
  );
}

function Items({ order }: { order: Order }) {
  const [first, ...others] = new Set(order.lines.map((line) => line.item_code));
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" truncate>
        {first}
      </Text>
      {others.length > 0 && (
        <Text size="xs" c="dimmed">
          +{others.length}
        </Text>
      )}
    </Group>
  );
}

function Progress({ order }: { order: Order }) {
  const { t } = useTranslation();
  const ordered = sum(order.lines.map((line) => line.quantity));
  const allocated = sum(order.lines.map((line) => line.allocated_quantity));
  const shipped = sum(order.lines.map((line) => line.shipped_quantity));
  const words = { allocated: quantity(allocated), shipped: quantity(shipped), ordered: quantity(ordered) };
  return (
    <div>
      <Text size="xs" ta="right" lh={1.3}>
        {quantity(sum([allocated, shipped]))} / {words.ordered}
      </Text>
      <Bar
        whole={ordered}
        parts={[
          { quantity: shipped, colour: 'var(--shipped)' },
          { quantity: allocated, colour: 'var(--allocated)' },
        ]}
        label={t('orders.progressLabel', words)}
      />
    </div>
  );
}
