import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { tellFailure } from './failures';

/** Tells of a change that was made; with `undo` where it can be taken back. */
export function tellDone(message: string, undo?: () => Promise<unknown>): void {
  const id = crypto.randomUUID();
  const takeBack = async () => {
    notifications.hide(id);
    try {
      await undo?.();
      tellDone(i18next.t('common.undone'));
    } catch (error) {
      tellFailure(error);
    }
  };
  notifications.show({
    id,
    color: 'teal',
    autoClose: undo ? 15_000 : 6_000,
    closeButtonProps: { 'aria-label': i18next.t('common.close') },
    message: undo ? (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={() => void takeBack()}>
          {i18next.t('common.undo')}
        </Button>
      </Group>
    ) : (
      message
    ),
  });
}
