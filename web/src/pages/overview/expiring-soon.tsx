import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, content } from '@/api/client';
import { Expiry } from '@/components/expiry';
import { FailureNotice } from '@/components/failures';
import { TextLink } from '@/components/links';
import { plusDays, today } from '@/format/dates';
import { quantity } from '@/format/numbers';

const DAYS = 30;
const ROWS = 8;

/** The available lots that expire first. */
export function ExpiringSoon() {
  const { t } = useTranslation();
  const search = { available: true, expires_before: plusDays(today(), DAYS + 1), sort: 'expiry' } as const;
  const lots = useQuery({
    queryKey: ['expiring', search],
    queryFn: ({ signal }) =>
      content(api.GET('/inventories', { params: { query: { ...search, limit: ROWS } }, signal })),
  });
  if (lots.isPending) return <Skeleton height={200} />;
  if (lots.error) return <FailureNotice error={lots.error} onRetry={() => void lots.refetch()} />;
  if (lots.data.items.length === 0) return <Text size="sm">{t('overview.noneExpiring')}</Text>;
  return (
    <>
      <div className="scroll-x">
        <table className="small-table">
          <thead>
            <tr>
              <th scope="col">{t('common.lot')}</th>
              <th scope="col">{t('inventories.expires')}</th>
              <th scope="col" data-align="right">
                {t('inventories.available')}
              </th>
            </tr>
          </thead>
          <tbody>
            {lots.data.items.map((lot) => (
              <tr key={lot.id}>
                <td>
                  <Text size="xs" c="dimmed">
                    {lot.item_code}
                  </Text>
                  <TextLink to="/inventories" search={{ ...search, lot: lot.id }} size="sm">
                    {lot.lot_number ?? `#${lot.id}`}
                  </TextLink>
                </td>
                <td style={{ whiteSpace: 'nowrap' }}>
                  <Expiry day={lot.expiration_date} />
                </td>
                <td data-align="right">{quantity(lot.available_quantity)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lots.data.next_cursor && (
        <TextLink to="/inventories" search={search} size="sm" mt="xs" display="inline-block">
          {t('overview.all')}
        </TextLink>
      )}
    </>
  );
}
