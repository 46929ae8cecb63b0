import '@mantine/dropzone/styles.css';
import { Alert, Group, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readSheet, type Sheet } from './sheet';

const TYPES = { 'text/csv': ['.csv'], 'text/plain': ['.csv', '.txt'], 'application/vnd.ms-excel': ['.csv'] };

/** Where a file is dragged to, or chosen by a press. */
export function FileDrop({ onRead }: { onRead: (sheet: Sheet) => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<string | null>(null);
  const [reading, setReading] = useState<string | null>(null);
  const read = async (file: File | undefined) => {
    if (!file) return;
    setFault(null);
    setReading(file.name);
    const sheet = readSheet(file.name, await file.arrayBuffer());
    setReading(null);
    if (sheet.records.length === 0) setFault(t('import.emptyFile'));
    else onRead(sheet);
  };
  return (
    <>
      <Dropzone
        className="drop"
        accept={TYPES}
        multiple={false}
        loading={reading !== null}
        onDrop={(files) => void read(files[0])}
        onReject={() => setFault(t('import.notCsv'))}
        aria-label={t('import.drop')}
        inputProps={{ 'aria-label': t('import.drop') }}
        data-search
      >
        <Group justify="center" gap="lg" mih={200} style={{ pointerEvents: 'none' }}>
          <IconFileSpreadsheet size={48} stroke={1.3} aria-hidden />
          <div>
            <Text size="lg">
              {reading === null ? t('import.drop') : t('import.reading', { name: reading })}
            </Text>
            <Text size="sm" c="dimmed">
              {t('import.dropHint')}
            </Text>
          </div>
        </Group>
      </Dropzone>
      {fault && (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
    </>
  );
}
