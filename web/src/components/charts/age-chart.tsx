import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { plusDays } from '@/format/dates';
import { forChart } from '@/format/decimal';
import { amount, quantity } from '@/format/numbers';
import { ChartTable } from './chart-table';

/** Stock on hand by days since its receipt; a bar leads to its lots. */
export default function AgeChart({ report }: { report: Schemas['StockAgeResponse'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (report.items.every((bucket) => bucket.lots === 0))
    return <Text size="sm">{t('overview.noStock')}</Text>;
  const buckets = report.items.map((bucket) => ({
    name:
      bucket.to_days === null
        ? t('overview.ageOver', { from: bucket.from_days })
        : t('overview.ageRange', { from: bucket.from_days, to: bucket.to_days }),
    quantity: forChart(bucket.quantity),
    // Received so many days ago: the older end of the bucket is the earlier day.
    search: {
      on_hand: true,
      received_before: plusDays(report.as_of, 1 - bucket.from_days),
      received_since: bucket.to_days === null ? undefined : plusDays(report.as_of, -bucket.to_days),
    },
    bucket,
  }));
  return (
    <>
      <BarChart
        h={220}
        data={buckets}
        dataKey="name"
        series={[{ name: 'quantity', color: 'var(--available)', label: t('overview.units') }]}
        valueFormatter={quantity}
        yAxisProps={{ width: 64 }}
        gridAxis="x"
        maxBarWidth={72}
        barProps={{ isAnimationActive: false, radius: 3 }}
        barChartProps={{
          accessibilityLayer: false,
          style: { cursor: 'pointer' },
          onClick: ({ activeLabel }) => {
            const found = buckets.find((bucket) => bucket.name === activeLabel);
            if (found) void navigate({ to: '/inventories', search: found.search });
          },
        }}
      />
      <ChartTable
        head={[t('overview.age'), t('overview.lots'), t('overview.units'), t('overview.value')]}
        rows={buckets.map(({ name, search, bucket }) => ({
          link: { to: '/inventories', search },
          cells: [name, quantity(bucket.lots), quantity(bucket.quantity), amount(bucket.value)],
        }))}
      />
    </>
  );
}
