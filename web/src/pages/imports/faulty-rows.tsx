import { Button, Card, Text, TextInput, Title } from '@mantine/core';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import en from '@/i18n/en.json';
import type { Column, ColumnName } from './columns';
import type { Fault, Row } from './sheet';

const ROWS_AT_ONCE = 50;

interface Props {
  columns: Column[];
  rows: Row[];
  faults: Map<number, Fault[]>;
  onCell: (place: number, name: ColumnName, text: string) => void;
  onSkip: (place: number, skip: boolean) => void;
}

/** The rows that can't be taken, each with the reason: to be mended in place, or skipped. */
export function FaultyRows({ columns, rows, faults, onCell, onSkip }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const places = [...faults.keys()];
  return (
    <Card withBorder component="section" aria-label={t('import.faulty')}>
      <Title order={2} size="h5" mb="xs">
        {t('import.faulty')} ({places.length})
      </Title>
      <div className="scroll-x">
        <table className="small-table" data-testid="faulty-rows">
          <thead>
            <tr>
              <th scope="col" data-align="right">
                {t('import.row')}
              </th>
              <th scope="col">{t('import.fault')}</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col">
                  {t(`importColumn.${name}`)}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">{t('results.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {places.slice(0, shown).map((place) => (
              <FaultyRow
                key={place}
                columns={columns}
                row={rows[place] as Row}
                faults={faults.get(place) ?? []}
                onCell={(name, text) => onCell(place, name, text)}
                onSkip={(skip) => onSkip(place, skip)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {places.length > shown && (
        <Button size="xs" variant="subtle" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
          {t('common.rowsMore', { count: shown })}
        </Button>
      )}
    </Card>
  );
}

interface RowProps {
  columns: Column[];
  row: Row;
  faults: Fault[];
  onCell: (name: ColumnName, text: string) => void;
  onSkip: (skip: boolean) => void;
}

function FaultyRow({ columns, row, faults, onCell, onSkip }: RowProps) {
  const { t } = useTranslation();
  const bad = new Set(faults.map((fault) => fault.column));
  return (
    <tr
      style={
        row.skipped ? { opacity: 0.65, textDecoration: 'line-through' } : { background: 'var(--bad-back)' }
      }
    >
      <td data-align="right">{row.number}</td>
      <td style={{ minWidth: 220 }}>
        {faults.map((fault) => (
          <Text key={`${fault.column}${fault.code}`} size="sm" c="var(--bad)">
            {faultText(fault)}
          </Text>
        ))}
      </td>
      {columns.map(({ name }) => (
        <td key={name} className={bad.has(name) ? 'bad-cell' : undefined}>
          <TextInput
            size="xs"
            miw={110}
            aria-label={t('import.edit', { row: row.number, column: t(`importColumn.${name}`) })}
            aria-invalid={bad.has(name)}
            disabled={row.skipped}
            value={row.cells[name] ?? ''}
            onChange={(event) => onCell(name, event.currentTarget.value)}
          />
        </td>
      ))}
      <td>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t(row.skipped ? 'import.unskip' : 'import.skip', { row: row.number })}
          onClick={() => onSkip(!row.skipped)}
        >
          {row.skipped ? t('common.undo') : t('import.skipShort')}
        </Button>
      </td>
    </tr>
  );
}

/** What is wrong with a row in the reader's language; codes that have no words say it in the API's. */
function faultText(fault: Fault): string {
  const words =
    fault.code in en.rowFault
      ? i18next.t(`rowFault.${fault.code as keyof typeof en.rowFault}`)
      : fault.message;
  const name = fault.column as ColumnName | null;
  if (name === null || !(name in en.importColumn)) return words;
  return `${i18next.t(`importColumn.${name}`)}: ${words}`;
}
