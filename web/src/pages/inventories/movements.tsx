import { Button, Skeleton, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, content, type Schemas } from '@/api/client';
import { FailureNotice } from '@/components/failures';
import { useRows } from '@/components/rows';
import { instant } from '@/format/dates';
import { isPositive } from '@/format/decimal';
import { quantity } from '@/format/numbers';

/** What changed a lot's stock on hand, newest first. */
export function Movements({ lotId }: { lotId: number }) {
  const { t } = useTranslation();
  const rows = useRows<Schemas['MovementResponse']>(['movements', lotId], undefined, (cursor, signal) =>
    content(
      api.GET('/inventories/{id}/movements', { params: { path: { id: lotId }, query: { cursor } }, signal }),
    ),
  );
  return (
    <section>
      <Title order={2} size="h5" mb={4}>
        {t('inventories.movements')}
      </Title>
      {rows.isLoading && <Skeleton height={80} />}
      {rows.error !== null && <FailureNotice error={rows.error} onRetry={rows.retry} />}
      {!rows.isLoading && rows.error === null && rows.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('inventories.noMovements')}
        </Text>
      )}
      {rows.items.length > 0 && (
        <div className="scroll-x">
          <table className="small-table">
            <tbody>
              {rows.items.map((movement) => (
                <tr key={movement.id}>
                  <td>{instant(movement.created_at)}</td>
                  <td>
                    {t(`inventories.kinds.${movement.kind}`)}
                    {movement.reason && (
                      <Text size="xs" c="dimmed">
                        {movement.reason}
                      </Text>
                    )}
                  </td>
                  <td data-align="right">
                    {isPositive(movement.quantity_change) && '+'}
                    {quantity(movement.quantity_change)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.hasMore && (
        <Button size="xs" variant="subtle" loading={rows.isLoadingMore} onClick={rows.loadMore}>
          {t('common.rowsMore', { count: rows.items.length })}
        </Button>
      )}
    </section>
  );
}
