import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';

const ORDER_COLOURS = {
  open: 'orange',
  partially_allocated: 'yellow',
  allocated: 'indigo',
  shipped: 'gray',
  cancelled: 'gray',
} as const;
const RESULT_COLOURS = { allocated: 'indigo', released: 'gray', shipped: 'gray' } as const;
const RUN_COLOURS = {
  queued: 'gray',
  running: 'blue',
  completed: 'teal',
  failed: 'red',
  cancelled: 'gray',
} as const;

export function OrderStatusBadge({ status }: { status: Schemas['OrderStatus'] }) {
  const { t } = useTranslation();
  return <StatusBadge colour={ORDER_COLOURS[status]}>{t(`orderStatus.${status}`)}</StatusBadge>;
}

export function ResultStatusBadge({ status }: { status: Schemas['ResultStatus'] }) {
  const { t } = useTranslation();
  return <StatusBadge colour={RESULT_COLOURS[status]}>{t(`resultStatus.${status}`)}</StatusBadge>;
}

export function RunStatusBadge({ status }: { status: Schemas['RunStatus'] }) {
  const { t } = useTranslation();
  return <StatusBadge colour={RUN_COLOURS[status]}>{t(`runStatus.${status}`)}</StatusBadge>;
}

/** A word on its colour; the colour never says more than the word. */
function StatusBadge({ colour, children }: { colour: string; children: string }) {
  return (
    <Badge
      variant="default"
      radius="sm"
      tt="none"
      fw={500}
      leftSection={
        <span
          style={{
            width: 8,
            height: 8,
            borderRadius: 4,
            display: 'block',
            background: `var(--mantine-color-${colour}-6)`,
          }}
        />
      }
    >
      {children}
    </Badge>
  );
}
