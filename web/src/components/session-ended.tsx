import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServerInfo } from '@/app/server-info';
import { useSession } from '@/app/session';

/** Says that the session has ended, over the page as it is, and leads to the sign-in and back. */
export function SessionEnded() {
  const { t } = useTranslation();
  const session = useSession();
  const { expired } = useServerInfo();
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    const end = () => setEnded(true);
    expired.addEventListener('refused', end);
    const forget = session.onExpired(end);
    return () => {
      expired.removeEventListener('refused', end);
      forget();
    };
  }, [expired, session]);
  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      withCloseButton={false}
      title={t('problem.expiredTitle')}
      centered
    >
      <Text size="sm" mb="md">
        {t('problem.expired')}
      </Text>
      <Group justify="flex-end">
        <Button data-autofocus onClick={() => void session.signIn()}>
          {t('app.signIn')}
        </Button>
      </Group>
    </Modal>
  );
}
