import { Button, Card, Skeleton, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Method, Run } from '@/api/client';
import type { Decimal } from '@/api/exact';
import { compare } from '@/format/decimal';
import { amount, percent, quantity } from '@/format/numbers';

// The charts' library is as large as all the rest.
const MethodsChart = lazy(() => import('@/components/charts/methods-chart'));

interface Column {
  name: 'fillRate' | 'cost' | 'short' | 'lots' | 'oldest' | 'expiring';
  value: (run: Run) => Decimal | null;
  shown: (run: Run) => string;
  /** Whether more is better, or less; none where neither is. */
  best?: 'most' | 'least';
}

const COLUMNS: Column[] = [
  { name: 'fillRate', value: (run) => run.fill_rate, shown: (run) => percent(run.fill_rate), best: 'most' },
  {
    name: 'short',
    value: (run) => run.short_quantity,
    shown: (run) => quantity(run.short_quantity),
    best: 'least',
  },
  {
    name: 'cost',
    value: (run) => run.allocated_price,
    shown: (run) => amount(run.allocated_price),
    best: 'least',
  },
  {
    name: 'lots',
    value: (run) => run.outlook?.lots_touched ?? null,
    shown: (run) => quantity(run.outlook?.lots_touched ?? 0),
    best: 'least',
  },
  {
    name: 'oldest',
    // The later the oldest of what is left came in, the better.
    value: (run) => run.outlook?.oldest_receipt_date?.replaceAll('-', '') ?? null,
    shown: (run) => run.outlook?.oldest_receipt_date ?? '–',
    best: 'most',
  },
  {
    name: 'expiring',
    value: (run) => run.outlook?.expiring_quantity ?? null,
    shown: (run) => quantity(run.outlook?.expiring_quantity ?? 0),
    best: 'least',
  },
];

/** The methods side by side; the best of each column is marked, in words too. */
export function Comparison({ methods, onChoose }: { methods: Run[]; onChoose: (method: Method) => void }) {
  const { t } = useTranslation();
  const best = new Map(COLUMNS.map((column) => [column.name, bestOf(methods, column)]));
  return (
    <Stack data-testid="comparison">
      <Card withBorder padding={0}>
        <div className="scroll-x">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <table className="small-table" aria-label={t('allocate.compare')} tabIndex={0}>
            <thead>
              <tr>
                <th scope="col">{t('common.method')}</th>
                {COLUMNS.map(({ name }) => (
                  <th
                    key={name}
                    scope="col"
                    data-align="right"
                    title={name === 'expiring' ? t('allocate.expiringHint') : undefined}
                  >
                    {t(`allocate.${name}`)}
                  </th>
                ))}
                <th scope="col" aria-label={t('results.actions')} />
              </tr>
            </thead>
            <tbody>
              {methods.map((run) => (
                <tr key={run.allocation_method}>
                  <th scope="row">
                    <Text span size="sm" fw={600}>
                      {t(`method.${run.allocation_method}`)}
                    </Text>{' '}
                    <Text span size="xs" c="dimmed">
                      {run.allocation_method}
                    </Text>
                  </th>
                  {COLUMNS.map((column) => {
                    const isBest = best.get(column.name)?.has(run) ?? false;
                    return (
                      <td key={column.name} data-align="right">
                        <Text
                          span
                          size="sm"
                          fw={isBest ? 700 : undefined}
                          c={isBest ? 'var(--good)' : undefined}
                        >
                          {isBest && (
                            <span role="img" aria-label={t('allocate.best')}>
                              ✓{' '}
                            </span>
                          )}
                          {column.shown(run)}
                        </Text>
                      </td>
                    );
                  })}
                  <td data-align="right">
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => onChoose(run.allocation_method)}
                      aria-label={t('allocate.choose', { method: t(`method.${run.allocation_method}`) })}
                    >
                      {t('allocate.preview')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <Card withBorder>
        <Title order={2} size="h5" mb="sm">
          {t('allocate.chart')}
        </Title>
        <Suspense fallback={<Skeleton height={methods.length * 44 + 40} />}>
          <MethodsChart methods={methods} />
        </Suspense>
      </Card>
    </Stack>
  );
}

/** Returns the runs that are the best in a column; none where all are alike. */
function bestOf(runs: Run[], { value, best }: Column): Set<Run> {
  const known = runs.filter((run) => value(run) !== null);
  if (best === undefined || known.length < 2) return new Set();
  const order = (a: Run, b: Run) =>
    compare(value(a) as Decimal, value(b) as Decimal) * (best === 'most' ? -1 : 1);
  const first = [...known].sort(order)[0] as Run;
  const alike = known.filter((run) => order(run, first) === 0);
  return alike.length === known.length ? new Set() : new Set(alike);
}
