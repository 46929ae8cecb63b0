import { Button, Group, TextInput, type TextInputProps } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const WAIT_MILLISECONDS = 350;

interface TextFilterProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string | undefined;
  onCommit: (value: string | undefined) => void;
}

/** A text of the address: it is taken when typing pauses, or at once with Enter. */
export function TextFilter({ value = '', onCommit, ...props }: TextFilterProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onCommit(text.trim() || undefined), WAIT_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text, value, onCommit]);
  return (
    <TextInput
      size="xs"
      w={150}
      {...props}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onCommit(text.trim() || undefined);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

/** A date of the address. */
export function DateFilter({ value = '', onCommit, ...props }: TextFilterProps) {
  return (
    <TextInput
      size="xs"
      w={140}
      type="date"
      {...props}
      value={value}
      onChange={(event) => onCommit(event.currentTarget.value || undefined)}
    />
  );
}

/** The row of filters above a table. */
export function FilterBar({ children, onClear }: { children: ReactNode; onClear?: () => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-end" role="search" mb="xs">
      {children}
      {onClear && (
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={onClear}>
          {t('common.clear')}
        </Button>
      )}
    </Group>
  );
}
