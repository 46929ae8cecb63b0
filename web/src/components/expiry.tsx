import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { daysBetween, today } from '@/format/dates';

const SOON_DAYS = 30;
const VERY_SOON_DAYS = 7;

/** An expiry with the days that are left; the colour repeats what the words say. */
export function Expiry({ day }: { day: string | null }) {
  const { t } = useTranslation();
  if (day === null) return '–';
  const left = daysBetween(today(), day);
  const colour = left <= VERY_SOON_DAYS ? 'var(--bad)' : left <= SOON_DAYS ? 'var(--warn)' : undefined;
  const words =
    left < 0
      ? t('inventories.expired')
      : left === 0
        ? t('inventories.lastDay')
        : t('inventories.daysLeft', { count: left });
  return (
    <Text span size="sm" c={colour} fw={colour ? 600 : undefined}>
      {day}{' '}
      <Text span size="xs" c={colour ?? 'dimmed'}>
        {words}
      </Text>
    </Text>
  );
}
