import { Alert, Button, Card, Group, SegmentedControl, Stack, Stepper, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '@/api/importing';
import { Page } from '@/components/page';
import { safeCsv, saveFile } from '@/format/csv';
import { quantity } from '@/format/numbers';
import { CheckedRows } from './checked-rows';
import { ColumnMatch } from './column-match';
import { COLUMNS, guess, type Mapping } from './columns';
import { FileDrop } from './file-drop';
import { mapped, type Row, type Sheet } from './sheet';

/** A file's way in: chosen, matched, checked, mended, and only then written. */
export function ImportPage() {
  const { kind = 'orders' } = useSearch({ from: '/import' });
  return <Import key={kind} kind={kind} />;
}

function Import({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/import' });
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  const [rows, setRows] = useState<Row[] | null>(null);
  const [isDone, setDone] = useState(false);
  const step = isDone ? 3 : rows ? 2 : sheet ? 1 : 0;
  const restart = () => {
    setSheet(null);
    setRows(null);
    setDone(false);
  };
  const take = (read: Sheet) => {
    setSheet(read);
    setMapping(guess(kind, read.header));
  };
  return (
    <Page
      title={t('import.title')}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('import.kind')}
            value={kind}
            data={(['orders', 'inventories'] as const).map((value) => ({
              value,
              label: t(`import.kinds.${value}`),
            }))}
            onChange={(chosen) => void navigate({ search: { kind: chosen as Kind } })}
          />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => saveTemplate(kind)}
          >
            {t('import.template')}
          </Button>
        </>
      }
    >
      <Stack>
        <Stepper active={step} size="sm" iconSize={28}>
          {(['file', 'columns', 'check', 'done'] as const).map((name) => (
            <Stepper.Step key={name} label={t(`import.steps.${name}`)} />
          ))}
        </Stepper>
        {sheet === null && <FileDrop onRead={take} />}
        {sheet !== null && (
          <Card withBorder>
            <Group justify="space-between">
              <Text fw={600}>
                {t('import.file', { name: sheet.name, count: quantity(sheet.records.length) as never })}
              </Text>
              <Button size="xs" variant="default" onClick={restart}>
                {t('import.another')}
              </Button>
            </Group>
            {sheet.encoding !== 'utf-8' && (
              <Alert color="orange" mt="xs">
                {t('import.encodingGuess')}
              </Alert>
            )}
          </Card>
        )}
        {sheet !== null && rows === null && (
          <ColumnMatch
            kind={kind}
            sheet={sheet}
            mapping={mapping}
            onMapping={setMapping}
            onMatched={() => setRows(mapped(sheet, mapping))}
          />
        )}
        {rows !== null && (
          <CheckedRows kind={kind} rows={rows} onRows={setRows} onDone={() => setDone(true)} />
        )}
      </Stack>
    </Page>
  );
}

function saveTemplate(kind: Kind): void {
  const columns = COLUMNS[kind];
  const example = Object.fromEntries(columns.map(({ name, example }) => [name, example]));
  saveFile(`${kind}.csv`, [
    '\ufeff',
    safeCsv(
      columns.map(({ name }) => name),
      [example],
    ),
  ]);
}
