import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { daysBetween, plusDays, today } from '@/format/dates';
import { forChart } from '@/format/decimal';
import { percent, quantity } from '@/format/numbers';
import { ChartTable } from './chart-table';

const MOST_DAYS = 30;
const LEAST_DAYS = 7;

/** The fill rate of each of the last thirty days; a day leads to its orders. */
export default function FillChart({ days }: { days: Schemas['FillRateDay'][] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (days.length === 0) return <Text size="sm">{t('overview.noOrders')}</Text>;
  const known = new Map(days.map((day) => [day.day, day]));
  const last = today();
  const first = days.map(({ day }) => day).sort()[0] ?? last;
  const length = Math.min(MOST_DAYS, Math.max(LEAST_DAYS, daysBetween(first, last))) + 1;
  const data = Array.from({ length }, (_, place) => {
    const day = plusDays(last, place + 1 - length);
    const found = known.get(day);
    return {
      day,
      rate: found?.fill_rate == null ? null : forChart(found.fill_rate) * 100,
    };
  });
  return (
    <>
      <BarChart
        h={220}
        data={data}
        dataKey="day"
        series={[{ name: 'rate', color: 'var(--allocated)', label: t('overview.fillRate') }]}
        yAxisProps={{
          domain: [0, 100],
          ticks: [0, 25, 50, 75, 100],
          width: 44,
          tickFormatter: (rate: number) => `${rate}%`,
        }}
        xAxisProps={{ tickFormatter: (day: string) => day.slice(5), minTickGap: 24 }}
        valueFormatter={(rate) => percent(rate / 100)}
        gridAxis="x"
        maxBarWidth={22}
        barProps={{ isAnimationActive: false, radius: 2 }}
        barChartProps={{
          accessibilityLayer: false,
          style: { cursor: 'pointer' },
          onClick: ({ activeLabel }) =>
            void navigate({ to: '/orders', search: { created_on: String(activeLabel) } }),
        }}
      />
      <ChartTable
        head={[t('overview.day'), t('overview.ordered'), t('overview.filled'), t('overview.fillRate')]}
        rows={days.map((day) => ({
          link: { to: '/orders', search: { created_on: day.day } },
          cells: [
            day.day,
            quantity(day.requested_quantity),
            quantity(day.filled_quantity),
            percent(day.fill_rate),
          ],
        }))}
      />
    </>
  );
}
