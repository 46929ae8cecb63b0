import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Lot } from '@/api/client';
import { stockChanged } from '@/app/queries';
import { FailureNotice } from '@/components/failures';
import { aNumber, faultsOf, needed } from '@/components/fields';
import { tellDone } from '@/components/toasts';
import { opposite, readNumber } from '@/format/decimal';
import { quantity } from '@/format/numbers';

/** Changes what is on hand of a lot, with a reason; the opposite change is its undo. */
export function AdjustDialog({ lot, opened, onClose }: { lot: Lot; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { quantity_change: '', reason: '' },
    validate: { quantity_change: aNumber, reason: needed },
  });
  const adjust = useMutation({
    mutationFn: ({ change, reason }: { change: string; reason: string }) => send(lot.id, change, reason),
    onSuccess: (_, { change }) => {
      const shown = change.startsWith('-') ? quantity(change) : `+${quantity(change)}`;
      tellDone(t('inventories.adjusted', { item: lot.item_code, id: lot.id, change: shown }), () =>
        send(lot.id, opposite(change), t('inventories.adjustUndo')),
      );
      form.reset();
      onClose();
    },
    onError: (error) => form.setErrors(faultsOf(error)),
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('inventories.adjustTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={form.onSubmit(({ quantity_change, reason }) =>
          adjust.mutate({ change: readNumber(quantity_change) ?? '', reason }),
        )}
      >
        <Stack>
          <TextInput
            label={t('inventories.change')}
            description={t('inventories.changeHint', {
              quantity: quantity(lot.quantity),
              allocated: quantity(lot.allocated_quantity),
            })}
            inputMode="decimal"
            classNames={{ input: 'number' }}
            withAsterisk
            data-autofocus
            {...form.getInputProps('quantity_change')}
          />
          <TextInput
            label={t('inventories.changeReason')}
            maxLength={200}
            withAsterisk
            {...form.getInputProps('reason')}
          />
          {adjust.error && Object.keys(faultsOf(adjust.error)).length === 0 && (
            <FailureNotice error={adjust.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={adjust.isPending}>
              {t('inventories.adjust')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

async function send(id: number, change: string, reason: string): Promise<void> {
  await api.POST('/inventories/{id}/adjust', {
    params: { path: { id }, header: { 'idempotency-key': crypto.randomUUID() } },
    body: { quantity_change: change, reason },
  });
  await stockChanged();
}
