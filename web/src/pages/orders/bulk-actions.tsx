import { Button, Group, Modal, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Failure } from '@/api/failure';
import { stockChanged } from '@/app/queries';
import { useMay } from '@/app/session';
import { tellFailure } from '@/components/failures';
import { ButtonLink } from '@/components/links';
import { tellDone } from '@/components/toasts';

type Action = 'release' | 'ship' | 'cancel';
const DONE = { release: 'orders.released', ship: 'orders.shipped', cancel: 'orders.cancelled' } as const;
const TITLE = {
  release: 'orders.releaseTitle',
  ship: 'orders.shipTitle',
  cancel: 'orders.cancelTitle',
} as const;
const TEXT = { release: 'orders.releaseText', ship: 'orders.shipText', cancel: 'orders.cancelText' } as const;

/** What can be done with the selected orders. Each order is one request: one that fails stops those after it. */
export function BulkActions({ selected, onDone }: { selected: ReadonlySet<string>; onDone: () => void }) {
  const { t } = useTranslation();
  const mayChange = useMay('operator');
  const [action, setAction] = useState<Action | null>(null);
  const [done, setDone] = useState<number | null>(null);
  if (selected.size === 0) return null;
  const ids = [...selected].map(Number).sort((a, b) => a - b);

  const work = async (what: Action) => {
    let changed = 0;
    let passed = 0;
    setDone(0);
    try {
      for (const id of ids) {
        if (await settle(what, id)) changed += 1;
        else passed += 1;
        setDone(changed + passed);
      }
      onDone();
    } catch (error) {
      tellFailure(error);
    }
    setDone(null);
    setAction(null);
    await stockChanged();
    if (changed + passed > 0) {
      const more = passed > 0 ? ` ${t('orders.passed', { count: passed })}` : '';
      tellDone(t(DONE[what], { count: changed }) + more);
    }
  };

  return (
    <>
      <Text size="sm">{t('common.selected', { count: selected.size })}</Text>
      <ButtonLink size="xs" to="/allocate" search={{ orders: ids }}>
        {t('orders.allocate')}
      </ButtonLink>
      {mayChange && (
        <>
          <Button size="xs" variant="default" onClick={() => setAction('release')}>
            {t('orders.release')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAction('ship')}>
            {t('orders.ship')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAction('cancel')}>
            {t('orders.cancel')}
          </Button>
        </>
      )}
      <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
        {t('common.unselect')}
      </Button>
      {action && (
        <Modal
          opened
          onClose={() => done === null && setAction(null)}
          title={t(TITLE[action], { count: ids.length })}
          withCloseButton={done === null}
          closeButtonProps={{ 'aria-label': t('common.close') }}
          centered
        >
          <Text size="sm" mb="md">
            {t(TEXT[action])}
          </Text>
          {done !== null && (
            <>
              <Progress
                value={(done / ids.length) * 100}
                aria-label={t('orders.working', { done, count: ids.length })}
              />
              <Text size="xs" c="dimmed" my="xs">
                {t('orders.working', { done, count: ids.length })}
              </Text>
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" disabled={done !== null} onClick={() => setAction(null)}>
              {t('common.cancel')}
            </Button>
            <Button
              data-autofocus
              color={action === 'cancel' ? 'red' : undefined}
              loading={done !== null}
              onClick={() => void work(action)}
            >
              {t(`orders.${action}`)}
            </Button>
          </Group>
        </Modal>
      )}
    </>
  );
}

/** Settles one order; returns whether there was anything to settle. */
async function settle(action: Action, id: number): Promise<boolean> {
  const params = { path: { id }, header: { 'idempotency-key': crypto.randomUUID() } };
  try {
    if (action === 'cancel') await api.POST('/orders/{id}/cancel', { params });
    else if (action === 'ship') await api.POST('/orders/{id}/ship', { params });
    else await api.POST('/orders/{id}/release', { params });
    return true;
  } catch (error) {
    if (error instanceof Failure && (error.code === 'not-allocated' || error.code === 'already-shipped'))
      return false;
    throw error;
  }
}
