import { Card, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  value: ReactNode;
  hint?: ReactNode;
  colour?: string;
  isLoading?: boolean;
  /** Where many stand in a row. */
  compact?: boolean;
}

/** One number with its name; its place is kept while it is read. */
export function Figure({ label, value, hint, colour, isLoading = false, compact = false }: Props) {
  return (
    <Card withBorder padding="sm" h="100%">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {isLoading ? (
        <Skeleton height={32} my={2} width="60%" />
      ) : (
        <Text size={compact ? '20px' : '26px'} lh="36px" fw={650} c={colour} truncate>
          {value}
        </Text>
      )}
      <Text size="xs" c="dimmed" mih={17}>
        {hint}
      </Text>
    </Card>
  );
}
