import { Alert, Loader } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '@/api/client';
import { Failure } from '@/api/failure';
import { queries, stockChanged } from '@/app/queries';

const SECONDS_BETWEEN = 1;

/** Says while the server does not answer, asks whether it is back, and then shows everything anew. */
export function ConnectionNotice() {
  const { t } = useTranslation();
  const [lost, setLost] = useState(false);
  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        const reason = event.query.state.fetchFailureReason;
        if (event.type === 'updated' && reason instanceof Failure && reason.status === 0) setLost(true);
      }),
    [],
  );
  const { data: answers } = useQuery({
    queryKey: ['health'],
    queryFn: () =>
      send('/ready').then(
        () => true,
        () => false,
      ),
    enabled: lost,
    refetchInterval: SECONDS_BETWEEN * 1000,
    staleTime: 0,
    gcTime: 0,
  });
  useEffect(() => {
    if (!lost || answers !== true) return;
    setLost(false);
    queries.removeQueries({ queryKey: ['health'] });
    notifications.show({ message: t('app.back'), color: 'teal' });
    void stockChanged();
  }, [lost, answers, t]);
  if (!lost) return null;
  return (
    <Alert color="orange" mb="xs" py={6} icon={<Loader size={16} color="orange" />} role="status">
      {t('app.unreachable')}
    </Alert>
  );
}
