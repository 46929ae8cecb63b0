import { Box, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A page: its title, what can be done on it, and its content, which fills the window or scrolls. */
export function Page({
  title,
  actions,
  children,
  fills = false,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  /** Whether the content fills what is left of the window and scrolls by itself. */
  fills?: boolean;
}) {
  return (
    <Box
      style={fills ? { display: 'flex', flexDirection: 'column', flex: '1 1 auto', minHeight: 0 } : undefined}
    >
      <Group justify="space-between" mb="xs" mih={36} gap="xs">
        <Title order={1} size="h3">
          {title}
        </Title>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Box>
  );
}

/** What stands where there are no rows: why, and what to do. */
export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <Stack align="center" justify="center" gap={4} py={48} px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {hint && (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
      {action}
    </Stack>
  );
}
