import { Button, Group, Input, Select, SimpleGrid, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type AllocateSearch, COSTINGS, METHODS, without } from '@/app/search';
import { today } from '@/format/dates';
import { DEFAULT_METHOD, type Options } from './options';

interface Props {
  search: AllocateSearch;
  options: Options;
  onOptions: (options: Options) => void;
}

/** Which demand is served, and how. */
export function OptionsForm({ search, options, onOptions }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/allocate' });
  const set = (change: Partial<Options>) => onOptions({ ...options, ...change });
  const setSearch = (change: AllocateSearch) =>
    void navigate({ search: (old) => without({ ...old, ...change }), replace: true });
  const method = search.method ?? DEFAULT_METHOD;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="sm">
      <Input.Wrapper label={t('allocate.scope')} labelElement="div">
        <Group gap="xs" mih={36}>
          <Text size="sm">
            {search.orders
              ? t('allocate.scopeOrders', { count: search.orders.length })
              : t('allocate.scopeAll')}
          </Text>
          {search.orders && (
            <Button size="compact-xs" variant="subtle" onClick={() => setSearch({ orders: undefined })}>
              {t('allocate.dropOrders')}
            </Button>
          )}
        </Group>
      </Input.Wrapper>
      <TagsInput
        label={t('allocate.itemCodes')}
        placeholder={search.items ? undefined : t('allocate.itemCodesHint')}
        value={search.items ?? []}
        onChange={(items) => setSearch({ items: items.length > 0 ? items : undefined })}
        data-search
      />
      <Select
        label={t('common.method')}
        value={method}
        allowDeselect={false}
        data={METHODS.map((name) => ({ value: name, label: `${t(`method.${name}`)} (${name})` }))}
        onChange={(chosen) => setSearch({ method: chosen as AllocateSearch['method'] })}
      />
      <Select
        label={t('allocate.costing')}
        value={options.costing}
        placeholder={t('allocate.costingDefault')}
        clearable
        data={COSTINGS.map((name) => ({ value: name, label: t(`costing.${name}`) }))}
        onChange={(costing) => set({ costing: costing as Options['costing'] })}
      />
      <TextInput
        label={t('allocate.date')}
        type="date"
        value={options.date || today()}
        onChange={(event) => set({ date: event.currentTarget.value })}
      />
      <Select
        label={t('allocate.scarcity')}
        value={options.scarcity}
        allowDeselect={false}
        data={(['sequence', 'fair_share'] as const).map((name) => ({
          value: name,
          label: t(`allocate.${name}`),
        }))}
        onChange={(scarcity) => set({ scarcity: scarcity as Options['scarcity'] })}
      />
      <TextInput
        label={t('allocate.holdUntil')}
        description={t('allocate.holdHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        type="datetime-local"
        value={options.holdUntil}
        onChange={(event) => set({ holdUntil: event.currentTarget.value })}
      />
      <Switch
        mt={{ base: 0, sm: 28 }}
        label={t('allocate.inbound')}
        checked={options.inbound}
        onChange={(event) => set({ inbound: event.currentTarget.checked })}
      />
      {method === 'LOCATION' && (
        <TagsInput
          label={t('allocate.locations')}
          value={options.locations}
          onChange={(locations) => set({ locations })}
        />
      )}
    </SimpleGrid>
  );
}
