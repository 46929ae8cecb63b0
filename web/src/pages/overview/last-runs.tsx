import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, content } from '@/api/client';
import { FailureNotice } from '@/components/failures';
import { TextLink } from '@/components/links';
import { RunStatusBadge } from '@/components/statuses';
import { instant } from '@/format/dates';
import { amount, percent, quantity } from '@/format/numbers';

const ROWS = 5;

/** The last runs, each with the way to what came of it. */
export function LastRuns() {
  const { t } = useTranslation();
  const runs = useQuery({
    queryKey: ['last-runs'],
    queryFn: ({ signal }) =>
      content(api.GET('/allocation-runs', { params: { query: { limit: ROWS } }, signal })),
  });
  if (runs.isPending) return <Skeleton height={160} />;
  if (runs.error) return <FailureNotice error={runs.error} onRetry={() => void runs.refetch()} />;
  if (runs.data.items.length === 0) return <Text size="sm">{t('overview.noRuns')}</Text>;
  return (
    <div className="scroll-x">
      <table className="small-table">
        <thead>
          <tr>
            <th scope="col">{t('common.run')}</th>
            <th scope="col">{t('common.method')}</th>
            <th scope="col">{t('common.status')}</th>
            <th scope="col">{t('results.finished')}</th>
            <th scope="col" data-align="right">
              {t('results.allocated')}
            </th>
            <th scope="col" data-align="right">
              {t('results.short')}
            </th>
            <th scope="col" data-align="right">
              {t('results.fillRate')}
            </th>
            <th scope="col" data-align="right">
              {t('results.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.data.items.map((run) => (
            <tr key={run.id}>
              <td>
                <TextLink to="/results" search={{ run: run.id ?? undefined }} size="sm">
                  #{run.id}
                </TextLink>
              </td>
              <td>{t(`method.${run.allocation_method}`)}</td>
              <td>
                <RunStatusBadge status={run.status} />
              </td>
              <td style={{ whiteSpace: 'nowrap' }}>{run.finished_at ? instant(run.finished_at) : '–'}</td>
              <td data-align="right">
                <TextLink to="/results" search={{ view: 'results', run_id: run.id ?? undefined }} size="sm">
                  {quantity(run.allocated_quantity)}
                </TextLink>
              </td>
              <td data-align="right">{quantity(run.short_quantity)}</td>
              <td data-align="right">{percent(run.fill_rate)}</td>
              <td data-align="right">{amount(run.allocated_price)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
