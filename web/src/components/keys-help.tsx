import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const KEYS = [
  ['search', ['/']],
  ['move', ['↑', '↓', 'Home', 'End']],
  ['open', ['Enter']],
  ['select', ['Space']],
  ['close', ['Esc']],
  ['help', ['?']],
] as const;

/** What the keyboard does. */
export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('app.keysTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="xs">
        {KEYS.map(([what, keys]) => (
          <Group key={what} justify="space-between">
            <Text size="sm">{t(`keys.${what}`)}</Text>
            <Group gap={4}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
