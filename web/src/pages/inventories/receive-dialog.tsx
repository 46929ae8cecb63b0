import { Button, Group, Modal, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, content, type Schemas } from '@/api/client';
import { stockChanged } from '@/app/queries';
import { FailureNotice } from '@/components/failures';
import { aDay, aDayOrNone, aNumber, faultsOf, needed } from '@/components/fields';
import { tellDone } from '@/components/toasts';
import { today } from '@/format/dates';
import { readNumber } from '@/format/decimal';
import { quantity } from '@/format/numbers';

/** Receives a lot. */
export function ReceiveDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      item_code: '',
      quantity: '',
      receipt_date: today(),
      unit_price: '',
      lot_number: '',
      location: '',
      expiration_date: '',
      reference: '',
    },
    validate: {
      item_code: needed,
      quantity: aNumber,
      receipt_date: aDay,
      unit_price: aNumber,
      expiration_date: aDayOrNone,
    },
  });
  const receive = useMutation({
    mutationFn: (body: Schemas['InventoryRequest']) =>
      content(
        api.POST('/inventories', { params: { header: { 'idempotency-key': crypto.randomUUID() } }, body }),
      ),
    onSuccess: async (lot) => {
      tellDone(
        t('inventories.receivedToast', { id: lot.id, quantity: quantity(lot.quantity), item: lot.item_code }),
      );
      form.reset();
      onClose();
      await stockChanged();
    },
    onError: (error) => form.setErrors(faultsOf(error)),
  });
  const optional = { placeholder: t('inventories.optional') };
  const number = { inputMode: 'decimal', classNames: { input: 'number' } } as const;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('inventories.receiveTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
    >
      <form onSubmit={form.onSubmit((values) => receive.mutate(bodyOf(values)))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t('common.item')}
              maxLength={64}
              withAsterisk
              data-autofocus
              {...form.getInputProps('item_code')}
            />
            <TextInput
              label={t('common.quantity')}
              withAsterisk
              {...number}
              {...form.getInputProps('quantity')}
            />
            <TextInput
              label={t('inventories.receiptDate')}
              type="date"
              withAsterisk
              {...form.getInputProps('receipt_date')}
            />
            <TextInput
              label={t('inventories.price')}
              withAsterisk
              {...number}
              {...form.getInputProps('unit_price')}
            />
            <TextInput label={t('common.lotNumber')} {...optional} {...form.getInputProps('lot_number')} />
            <TextInput label={t('common.location')} {...optional} {...form.getInputProps('location')} />
            <TextInput
              label={t('inventories.expirationDate')}
              type="date"
              {...form.getInputProps('expiration_date')}
            />
            <TextInput
              label={t('common.reference')}
              placeholder={t('inventories.referenceHint')}
              {...form.getInputProps('reference')}
            />
          </SimpleGrid>
          {receive.error && Object.keys(faultsOf(receive.error)).length === 0 && (
            <FailureNotice error={receive.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={receive.isPending}>
              {t('inventories.receive')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function bodyOf(values: Record<keyof Schemas['InventoryRequest'], string>): Schemas['InventoryRequest'] {
  return {
    item_code: values.item_code.trim(),
    quantity: readNumber(values.quantity) ?? values.quantity,
    receipt_date: values.receipt_date,
    unit_price: readNumber(values.unit_price) ?? values.unit_price,
    lot_number: values.lot_number.trim() || null,
    location: values.location.trim() || null,
    expiration_date: values.expiration_date || null,
    reference: values.reference.trim() || null,
  };
}
