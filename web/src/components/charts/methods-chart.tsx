import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/client';
import { forChart } from '@/format/decimal';
import { amount, quantity } from '@/format/numbers';

/** Units and cost by method, side by side. The table above says the same in numbers. */
export default function MethodsChart({ methods }: { methods: Run[] }) {
  const { t } = useTranslation();
  const data = methods.map((run) => ({
    method: run.allocation_method,
    units: forChart(run.allocated_quantity),
    cost: forChart(run.allocated_price),
  }));
  const shared = {
    h: methods.length * 40 + 40,
    data,
    dataKey: 'method',
    orientation: 'vertical',
    withBarValueLabel: true,
    yAxisProps: { width: 124, interval: 0 },
    xAxisProps: { tickCount: 4 },
    gridAxis: 'y',
    maxBarWidth: 20,
    barProps: { isAnimationActive: false, radius: 3 },
    withTooltip: false,
    barChartProps: { margin: { right: 84 }, accessibilityLayer: false },
  } as const;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} aria-hidden>
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          {t('allocate.chartFill')}
        </Text>
        <BarChart
          {...shared}
          series={[{ name: 'units', color: 'var(--allocated)', label: t('allocate.chartFill') }]}
          valueFormatter={quantity}
        />
      </div>
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          {t('allocate.chartCost')}
        </Text>
        <BarChart
          {...shared}
          series={[{ name: 'cost', color: 'var(--available)', label: t('allocate.chartCost') }]}
          valueFormatter={amount}
        />
      </div>
    </SimpleGrid>
  );
}
