import { Card, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OrderLine, Run } from '@/api/client';
import { Bar } from '@/components/bar';
import { FailureNotice } from '@/components/failures';
import { TextLink } from '@/components/links';
import { ReasonList } from '@/components/reasons';
import { ResultStatusBadge } from '@/components/statuses';
import { isPositive, minus, sum } from '@/format/decimal';
import { amount, quantity } from '@/format/numbers';

interface Props {
  line: OrderLine;
  /** What an allocation of the order would give now. */
  attempt: Run | undefined;
  isAsking: boolean;
  error: unknown;
}

/** One line of an order: what it asks, what it got from which lots and why, and why not more. */
export function OrderLineCard({ line, attempt, isAsking, error }: Props) {
  const { t } = useTranslation();
  const words = {
    ordered: quantity(line.quantity),
    allocated: quantity(line.allocated_quantity),
    shipped: quantity(line.shipped_quantity),
  };
  return (
    <Card withBorder padding="sm" component="section" aria-label={`${t('common.line')} ${line.line_no}`}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600} truncate>
            {line.line_no}. {line.item_code}
          </Text>
          <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
            {quantity(sum([line.allocated_quantity, line.shipped_quantity]))} / {words.ordered}
          </Text>
        </Group>
        <Bar
          whole={line.quantity}
          parts={[
            { quantity: line.shipped_quantity, colour: 'var(--shipped)' },
            { quantity: line.allocated_quantity, colour: 'var(--allocated)' },
          ]}
          label={t('orders.progressLabel', words)}
        />
        <Conditions line={line} />
        {line.allocations.length > 0 ? (
          <div className="scroll-x">
            <table className="small-table">
              <thead>
                <tr>
                  <th scope="col">{t('common.lot')}</th>
                  <th scope="col">{t('common.location')}</th>
                  <th scope="col" data-align="right">
                    {t('common.quantity')}
                  </th>
                  <th scope="col" data-align="right">
                    {t('allocate.amount')}
                  </th>
                  <th scope="col">{t('common.status')}</th>
                </tr>
              </thead>
              <tbody>
                {line.allocations.map((result) => (
                  <tr key={result.id}>
                    <td>
                      <TextLink
                        to="/inventories"
                        search={{ lot: result.inventory_id, item_code: result.item_code }}
                        size="sm"
                      >
                        {result.lot_number ?? `#${result.inventory_id}`}
                      </TextLink>
                      <Text size="xs" c="dimmed">
                        {t(`reason.${result.reason}`)}
                      </Text>
                    </td>
                    <td>{result.location ?? '–'}</td>
                    <td data-align="right">{quantity(result.allocated_quantity)}</td>
                    <td data-align="right">{amount(result.allocated_price)}</td>
                    <td>
                      <ResultStatusBadge status={result.status} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <Text size="sm" c="dimmed">
            {t('orders.nothing')}
          </Text>
        )}
        {isPositive(line.open_quantity) && (
          <WhyNotMore line={line} attempt={attempt} isAsking={isAsking} error={error} />
        )}
      </Stack>
    </Card>
  );
}

function Conditions({ line }: { line: OrderLine }) {
  const { t } = useTranslation();
  const conditions = [
    line.inventory_id !== null && t('orders.onlyLot', { id: line.inventory_id }),
    line.lot_number !== null && t('orders.onlyLotNumber', { number: line.lot_number }),
    line.location !== null && t('orders.onlyLocation', { location: line.location }),
    line.min_remaining_days !== null && t('orders.minRemaining', { count: line.min_remaining_days }),
    line.single_lot && t('orders.singleLot'),
    line.no_date_reversal && t('orders.noReversal'),
  ].filter((condition) => condition !== false);
  if (conditions.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('orders.conditions')}: {conditions.join(' · ')}
    </Text>
  );
}

function WhyNotMore({ line, attempt, isAsking, error }: Props) {
  const { t } = useTranslation();
  if (error) return <FailureNotice error={error} />;
  const shortage = attempt?.shortages.find((short) => short.line_no === line.line_no);
  const available = attempt && minus(line.open_quantity, shortage?.short_quantity ?? 0);
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('orders.whyNot')} ({t('orders.open')}: {quantity(line.open_quantity)})
      </Text>
      {isAsking && (
        <Text size="sm" c="dimmed">
          {t('orders.asking')}
        </Text>
      )}
      {available !== undefined && isPositive(available) && (
        <TextLink to="/allocate" search={{ orders: attempt?.order_ids ?? undefined }} size="sm">
          {t('orders.nowAvailable', { quantity: quantity(available) })}
        </TextLink>
      )}
      {shortage && <ReasonList reasons={shortage.reasons} />}
    </div>
  );
}
