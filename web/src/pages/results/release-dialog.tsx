import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Result } from '@/api/client';
import { stockChanged } from '@/app/queries';
import { FailureNotice } from '@/components/failures';
import { aNumber } from '@/components/fields';
import { tellDone } from '@/components/toasts';
import { readNumber } from '@/format/decimal';
import { quantity } from '@/format/numbers';

/** Gives an allocation back to its lot, or a part of it. */
export function ReleaseDialog({ result, onClose }: { result: Result | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [part, setPart] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another allocation begins with all of it
  useEffect(() => setPart(result ? String(result.allocated_quantity) : ''), [result?.id]);
  const release = useMutation({
    mutationFn: (row: Result) =>
      content(
        api.POST('/allocation-results/{id}/release', {
          params: { path: { id: row.id as number }, header: { 'idempotency-key': crypto.randomUUID() } },
          body: { quantity: readNumber(part) },
        }),
      ),
    onSuccess: async (_, row) => {
      tellDone(
        t('results.released', {
          quantity: quantity(readNumber(part) ?? 0),
          item: row.item_code,
          lot: lotOf(row),
        }),
      );
      close();
      await stockChanged();
    },
  });
  const close = () => {
    release.reset();
    onClose();
  };
  if (!result) return null;
  const fault = aNumber(part);
  return (
    <Modal
      opened
      onClose={close}
      title={t('results.releaseTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <Stack>
        <Text size="sm">
          {t('results.releaseText', {
            quantity: fault ? '…' : quantity(readNumber(part) ?? 0),
            item: result.item_code,
            lot: lotOf(result),
          })}
        </Text>
        <TextInput
          label={t('common.quantity')}
          inputMode="decimal"
          classNames={{ input: 'number' }}
          value={part}
          error={fault}
          onChange={(event) => setPart(event.currentTarget.value)}
        />
        {release.error && <FailureNotice error={release.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button
            data-autofocus
            disabled={fault !== null}
            loading={release.isPending}
            onClick={() => release.mutate(result)}
          >
            {t('results.release')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const lotOf = (result: Result) => result.lot_number ?? `#${result.inventory_id}`;
