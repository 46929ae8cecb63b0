import { Button, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { filtersOf, type InventorySearch, without } from '@/app/search';
import { useMay } from '@/app/session';
import { DateFilter, FilterBar, TextFilter } from '@/components/filters';
import { Page } from '@/components/page';
import { LotDrawer } from './lot-drawer';
import { LotsTable } from './lots-table';
import { ReceiveDialog } from './receive-dialog';

/** Lots: found, opened, received, adjusted and held. */
export function InventoriesPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/inventories' });
  const navigate = useNavigate({ from: '/inventories' });
  const mayReceive = useMay('operator');
  const [receiving, receive] = useDisclosure(false);
  const filters = filtersOf(search);

  const filter = useCallback(
    (change: Partial<InventorySearch>) =>
      // The place in the old list is none in the new one.
      void navigate({ search: (old) => without({ ...old, from: undefined, ...change }), replace: true }),
    [navigate],
  );
  const setPlace = useCallback(
    (from: string | undefined) =>
      void navigate({
        search: (old) => (old.from === from ? old : without({ ...old, from })),
        replace: true,
      }),
    [navigate],
  );
  const open = useCallback(
    (lot: number | undefined) => void navigate({ search: (old) => without({ ...old, lot }) }),
    [navigate],
  );
  const setItem = useCallback((item_code?: string) => filter({ item_code }), [filter]);
  const setNumber = useCallback((lot_number?: string) => filter({ lot_number }), [filter]);
  const setLocation = useCallback((location?: string) => filter({ location }), [filter]);

  return (
    <Page
      fills
      title={t('inventories.title')}
      actions={
        mayReceive && (
          <Button size="xs" onClick={receive.open}>
            {t('inventories.receive')}
          </Button>
        )
      }
    >
      <FilterBar
        onClear={
          Object.keys(filters).length > 0 ? () => void navigate({ search: {}, replace: true }) : undefined
        }
      >
        <TextFilter label={t('common.item')} value={search.item_code} onCommit={setItem} data-search />
        <TextFilter label={t('common.lotNumber')} value={search.lot_number} onCommit={setNumber} />
        <TextFilter label={t('common.location')} value={search.location} onCommit={setLocation} w={120} />
        <Select
          size="xs"
          w={150}
          label={t('inventories.stock')}
          value={search.available ? 'available' : search.on_hand ? 'on_hand' : 'all'}
          allowDeselect={false}
          data={[
            { value: 'all', label: t('inventories.everything') },
            { value: 'on_hand', label: t('inventories.onHandOnly') },
            { value: 'available', label: t('inventories.availableOnly') },
          ]}
          onChange={(stock) =>
            filter({
              available: stock === 'available' || undefined,
              on_hand: stock === 'on_hand' || undefined,
            })
          }
        />
        <DateFilter
          label={t('inventories.expiresBefore')}
          value={search.expires_before}
          onCommit={(expires_before) => filter({ expires_before })}
        />
        <DateFilter
          label={t('inventories.receivedSince')}
          value={search.received_since}
          onCommit={(received_since) => filter({ received_since })}
        />
        <DateFilter
          label={t('inventories.receivedBefore')}
          value={search.received_before}
          onCommit={(received_before) => filter({ received_before })}
        />
        <Select
          size="xs"
          w={190}
          label={t('common.sort')}
          value={search.sort ?? 'newest'}
          allowDeselect={false}
          data={[
            { value: 'newest', label: t('inventories.newest') },
            { value: 'expiry', label: t('inventories.expiry') },
          ]}
          onChange={(sort) => filter({ sort: sort === 'expiry' ? 'expiry' : undefined })}
        />
        {search.from !== undefined && (
          <Button size="xs" variant="default" onClick={() => filter({})}>
            {t('common.fromStart')}
          </Button>
        )}
      </FilterBar>
      <LotsTable
        key={JSON.stringify(filters)}
        filters={filters}
        from={search.from}
        onPlace={setPlace}
        openId={search.lot === undefined ? undefined : String(search.lot)}
        onOpen={open}
      />
      <LotDrawer id={search.lot} onClose={() => open(undefined)} />
      <ReceiveDialog opened={receiving} onClose={receive.close} />
    </Page>
  );
}
