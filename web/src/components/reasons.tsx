import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Shortage } from '@/api/client';
import { quantity } from '@/format/numbers';

/** What kept stock from a line, in words, each with how much of the shortage it explains. */
export function ReasonList({ reasons }: { reasons: Shortage['reasons'] }) {
  const { t } = useTranslation();
  return (
    <List size="sm" spacing={2}>
      {reasons.map((reason) => (
        <List.Item key={reason.code}>
          <Text span size="sm" fw={600}>
            {quantity(reason.quantity)}
          </Text>{' '}
          {t(`shortageReason.${reason.code}`)}
        </List.Item>
      ))}
    </List>
  );
}
