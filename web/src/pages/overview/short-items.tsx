import { Skeleton, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { TextLink } from '@/components/links';
import { quantity } from '@/format/numbers';

/** The items that lack most; each leads to the orders that wait for it. */
export function ShortItems({ items }: { items: Schemas['BacklogItem'][] | undefined }) {
  const { t } = useTranslation();
  if (!items) return <Skeleton height={200} />;
  if (items.length === 0) return <Text size="sm">{t('overview.noneShort')}</Text>;
  return (
    <div className="scroll-x">
      <table className="small-table">
        <thead>
          <tr>
            <th scope="col">{t('common.item')}</th>
            <th scope="col" data-align="right">
              {t('orders.open')}
            </th>
            <th scope="col" data-align="right">
              {t('overview.allocatable')}
            </th>
            <th scope="col" data-align="right">
              {t('overview.lacking')}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.item_code}>
              <td>
                <TextLink
                  to="/orders"
                  search={{ item_code: item.item_code, short: true, sort: 'demand' }}
                  size="sm"
                >
                  {item.item_code}
                </TextLink>
              </td>
              <td data-align="right">{quantity(item.open_quantity)}</td>
              <td data-align="right">
                <TextLink to="/inventories" search={{ item_code: item.item_code, available: true }} size="sm">
                  {quantity(item.allocatable_quantity)}
                </TextLink>
              </td>
              <td data-align="right">
                <TextLink
                  to="/allocate"
                  search={{ items: [item.item_code] }}
                  size="sm"
                  fw={600}
                  c="var(--warn)"
                >
                  {quantity(item.short_quantity)}
                </TextLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
