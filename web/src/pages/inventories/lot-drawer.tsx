import { Badge, Button, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, content, type Lot } from '@/api/client';
import { stockChanged } from '@/app/queries';
import { useMay } from '@/app/session';
import { Expiry } from '@/components/expiry';
import { FailureNotice, tellFailure } from '@/components/failures';
import { TextLink } from '@/components/links';
import { tellDone } from '@/components/toasts';
import { amount } from '@/format/numbers';
import { AdjustDialog } from './adjust-dialog';
import { lotName, StockBar } from './lots-table';
import { Movements } from './movements';

/** One lot beside the list: what it is, what can be done with it, and what has moved. */
export function LotDrawer({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const lot = useQuery({
    queryKey: ['inventory', id],
    queryFn: ({ signal }) =>
      content(api.GET('/inventories/{id}', { params: { path: { id: id as number } }, signal })),
    enabled: id !== undefined,
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={
        <Group gap="sm">
          <Text fw={700} size="lg">
            {lot.data ? `${lot.data.item_code} · ${lotName(lot.data)}` : `#${id}`}
          </Text>
          {lot.data?.held && (
            <Badge variant="default" radius="sm" tt="none">
              {t('inventories.held')}
            </Badge>
          )}
        </Group>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {lot.isPending && <Skeleton height={240} />}
      {lot.error && <FailureNotice error={lot.error} onRetry={() => void lot.refetch()} />}
      {lot.data && <LotDetails lot={lot.data} />}
    </Drawer>
  );
}

function LotDetails({ lot }: { lot: Lot }) {
  const { t } = useTranslation();
  const facts: [string, React.ReactNode][] = [
    [t('common.location'), lot.location ?? '–'],
    [t('inventories.received'), lot.receipt_date],
    [t('inventories.expires'), <Expiry key="expiry" day={lot.expiration_date} />],
    [t('inventories.price'), amount(lot.unit_price)],
    [t('common.reference'), lot.reference ?? '–'],
  ];
  return (
    <Stack>
      <StockBar lot={lot} />
      <Group gap="lg" component="dl" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0}>
              {value}
            </Text>
          </div>
        ))}
      </Group>
      <Actions lot={lot} />
      <TextLink to="/results" search={{ view: 'results', inventory_id: lot.id }} size="sm">
        {t('inventories.results')}
      </TextLink>
      <Movements lotId={lot.id} />
    </Stack>
  );
}

function Actions({ lot }: { lot: Lot }) {
  const { t } = useTranslation();
  const mayHold = useMay('operator');
  const mayAdjust = useMay('admin');
  const [adjusting, adjust] = useDisclosure(false);
  const hold = useMutation({
    mutationFn: (held: boolean) => setHeld(lot.id, held),
    // By what was asked, since the lot is read anew before this is told.
    onSuccess: (_, held) =>
      tellDone(t(held ? 'inventories.heldToast' : 'inventories.unheldToast', { id: lot.id }), () =>
        setHeld(lot.id, !held),
      ),
    onError: tellFailure,
  });
  return (
    <Group gap="xs">
      {mayHold && (
        <Button size="xs" variant="default" loading={hold.isPending} onClick={() => hold.mutate(!lot.held)}>
          {t(lot.held ? 'inventories.unhold' : 'inventories.hold')}
        </Button>
      )}
      {mayAdjust && (
        <Button size="xs" variant="default" onClick={adjust.open}>
          {t('inventories.adjust')}
        </Button>
      )}
      <AdjustDialog lot={lot} opened={adjusting} onClose={adjust.close} />
    </Group>
  );
}

async function setHeld(id: number, held: boolean): Promise<void> {
  const params = { path: { id } };
  await (held
    ? api.POST('/inventories/{id}/hold', { params })
    : api.POST('/inventories/{id}/unhold', { params }));
  await stockChanged();
}
