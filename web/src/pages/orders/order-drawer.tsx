import { Drawer, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, content, type Order } from '@/api/client';
import { FailureNotice } from '@/components/failures';
import { TextLink } from '@/components/links';
import { OrderStatusBadge } from '@/components/statuses';
import { instant } from '@/format/dates';
import { isPositive } from '@/format/decimal';
import { OrderLineCard } from './order-line-card';
import { orderName } from './orders-table';

/** One order beside the list: its lines, the lots they got and why, and why not more. */
export function OrderDrawer({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const order = useQuery({
    queryKey: ['order', id],
    queryFn: ({ signal }) =>
      content(api.GET('/orders/{id}', { params: { path: { id: id as number } }, signal })),
    enabled: id !== undefined,
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="xl"
      title={
        <Group gap="sm">
          <Text fw={700} size="lg">
            {order.data ? orderName(order.data) : `#${id}`}
          </Text>
          {order.data && <OrderStatusBadge status={order.data.status} />}
        </Group>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {order.isPending && <Skeleton height={240} />}
      {order.error && <FailureNotice error={order.error} onRetry={() => void order.refetch()} />}
      {order.data && <OrderDetails order={order.data} />}
    </Drawer>
  );
}

function OrderDetails({ order }: { order: Order }) {
  const { t } = useTranslation();
  const isOpen = order.lines.some((line) => isPositive(line.open_quantity));
  const attempt = useAttempt(order, isOpen);
  const facts: [string, string][] = [
    [t('common.customer'), order.customer ?? '–'],
    [t('orders.requested'), order.requested_date ?? '–'],
    [t('orders.priority'), String(order.priority)],
    [t('orders.fulfilment'), t(`orders.${order.fulfilment}`)],
    [t('common.created'), instant(order.created_at)],
  ];
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
      {order.lines.map((line) => (
        <OrderLineCard
          key={line.line_no}
          line={line}
          attempt={attempt.data}
          isAsking={isOpen && attempt.isPending}
          error={attempt.error}
        />
      ))}
      <TextLink to="/results" search={{ view: 'results', order_id: order.id }} size="sm">
        {t('orders.results')}
      </TextLink>
    </Stack>
  );
}

/** Asks what an allocation of this order alone would give now, which says for each line why it gets no more. */
function useAttempt(order: Order, isOpen: boolean) {
  const method = order.lines.flatMap((line) => line.allocations).at(-1)?.allocation_method ?? 'FIFO';
  return useQuery({
    queryKey: ['attempt', order.id, method],
    queryFn: ({ signal }) =>
      content(
        api.POST('/allocate', {
          body: { allocation_method: method, order_ids: [order.id], dry_run: true, max_results: 1000 },
          signal,
        }),
      ),
    enabled: isOpen,
  });
}
