import { Card, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content } from '@/api/client';
import { FailureNotice } from '@/components/failures';
import { Figure } from '@/components/figure';
import { TextLink } from '@/components/links';
import { Page } from '@/components/page';
import { isPositive, share, sum } from '@/format/decimal';
import { percent, quantity } from '@/format/numbers';
import { ExpiringSoon } from './expiring-soon';
import { LastRuns } from './last-runs';
import { ShortItems } from './short-items';

// The charts' library is as large as all the rest.
const FillChart = lazy(() => import('@/components/charts/fill-chart'));
const AgeChart = lazy(() => import('@/components/charts/age-chart'));

/** How things stand; every number leads to the rows behind it. */
export function OverviewPage() {
  const { t } = useTranslation();
  const backlog = useQuery({
    queryKey: ['backlog'],
    queryFn: ({ signal }) => content(api.GET('/reports/backlog', { signal })),
  });
  const fill = useQuery({
    queryKey: ['fill-rate'],
    queryFn: ({ signal }) => content(api.GET('/reports/fill-rate', { signal })),
  });
  const age = useQuery({
    queryKey: ['stock-age'],
    queryFn: ({ signal }) => content(api.GET('/reports/stock-age', { signal })),
  });
  const failed = [backlog, fill, age].find((query) => query.error && !query.data);
  if (failed) {
    return (
      <Page title={t('overview.title')}>
        <FailureNotice
          error={failed.error}
          onRetry={() => [backlog, fill, age].forEach((query) => void query.refetch())}
        />
      </Page>
    );
  }
  const waiting = backlog.data;
  const days = fill.data?.items ?? [];
  const ordered = sum(days.map((day) => day.requested_quantity));
  const rate = isPositive(ordered) ? share(sum(days.map((day) => day.filled_quantity)), ordered) : null;
  return (
    <Page title={t('overview.title')}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 2, lg: 4 }} spacing="md">
          <Figure
            label={t('overview.openLines')}
            isLoading={backlog.isPending}
            value={
              <TextLink to="/orders" search={{ short: true, sort: 'demand' }} inherit>
                {quantity(waiting?.lines ?? 0)}
              </TextLink>
            }
            hint={waiting && t('overview.openLinesHint', { orders: quantity(waiting.orders) })}
          />
          <Figure
            label={t('overview.openUnits')}
            isLoading={backlog.isPending}
            value={
              <TextLink to="/orders" search={{ short: true, sort: 'demand' }} inherit>
                {quantity(waiting?.open_quantity ?? 0)}
              </TextLink>
            }
            hint={t('overview.openUnitsHint')}
          />
          <Figure
            label={t('overview.shortUnits')}
            isLoading={backlog.isPending}
            value={
              <TextLink
                to="/allocate"
                inherit
                c={isPositive(waiting?.short_quantity ?? 0) ? 'var(--warn)' : undefined}
              >
                {quantity(waiting?.short_quantity ?? 0)}
              </TextLink>
            }
            hint={waiting && t('overview.shortUnitsHint', { items: quantity(waiting.short_items) })}
          />
          <Figure
            label={t('overview.fillRate')}
            isLoading={fill.isPending}
            value={
              <TextLink to="/orders" inherit>
                {percent(rate)}
              </TextLink>
            }
            hint={t('overview.fillRateHint')}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          <Panel title={t('overview.fillByDay')} caption={t('overview.fillCaption')}>
            <Suspense fallback={<ChartPlace />}>
              {fill.isPending ? <ChartPlace /> : <FillChart days={days} />}
            </Suspense>
          </Panel>
          <Panel title={t('overview.stockAge')} caption={t('overview.ageCaption')}>
            <Suspense fallback={<ChartPlace />}>
              {age.data ? <AgeChart report={age.data} /> : <ChartPlace />}
            </Suspense>
          </Panel>
          <Panel title={t('overview.short')} caption={t('overview.shortCaption')}>
            <ShortItems items={waiting?.items} />
          </Panel>
          <Panel title={t('overview.expiring')} caption={t('overview.expiringCaption')}>
            <ExpiringSoon />
          </Panel>
        </SimpleGrid>
        <Panel title={t('overview.runs')}>
          <LastRuns />
        </Panel>
      </Stack>
    </Page>
  );
}

/** The height of a chart with its table, which is kept while its code comes. */
function ChartPlace() {
  return <Skeleton height={272} />;
}

function Panel({ title, caption, children }: { title: string; caption?: string; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {caption && (
        <Text size="xs" c="dimmed" mb="xs">
          {caption}
        </Text>
      )}
      {children}
    </Card>
  );
}
