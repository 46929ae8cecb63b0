import { Alert, Button, Card, Group, Loader, Progress, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { importFile, type Kind, type Report } from '@/api/importing';
import { stockChanged } from '@/app/queries';
import { useMay } from '@/app/session';
import { FailureNotice } from '@/components/failures';
import { ButtonLink } from '@/components/links';
import { saveFile } from '@/format/csv';
import { percent, quantity } from '@/format/numbers';
import { COLUMNS, type ColumnName } from './columns';
import { FaultyRows } from './faulty-rows';
import { faultsByPlace, type Row, withSkipped, written } from './sheet';

/** The most faults that a report names. */
const MOST_FAULTS = 1000;

interface Props {
  kind: Kind;
  rows: Row[];
  onRows: (rows: Row[]) => void;
  onDone: () => void;
}

/** A check that was made, with the rows as they were then. */
interface Checked {
  report: Report;
  rows: Row[];
}

/** Has the server check the rows, lets the bad ones be mended or skipped, and imports the rest. */
export function CheckedRows({ kind, rows, onRows, onDone }: Props) {
  const { t } = useTranslation();
  const mayImport = useMay('operator');
  const columns = COLUMNS[kind];
  const [checked, setChecked] = useState<Checked | null>(null);
  const [edited, setEdited] = useState(false);
  const [sent, setSent] = useState(0);
  const check = useMutation({
    mutationFn: async (now: Row[]) => {
      setSent(0);
      const file = written(columns, now);
      return {
        report: await importFile(kind, file, { dryRun: true, onError: 'skip', onProgress: setSent }),
        rows: now,
      };
    },
    onSuccess: (made) => {
      setChecked(made);
      setEdited(false);
    },
  });
  const send = useMutation({
    mutationFn: () => {
      setSent(0);
      return importFile(kind, written(columns, rows), {
        dryRun: false,
        onError: 'refuse',
        onProgress: setSent,
      });
    },
    onSuccess: async () => {
      onDone();
      await stockChanged();
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first check begins by itself
  useEffect(() => check.mutate(rows), []);

  const skipped = rows.filter((row) => row.skipped).length;
  const faults = checked ? faultsByPlace(checked.rows, checked.report.errors) : new Map();
  const open = [...faults.keys()].filter((place) => !rows[place]?.skipped);
  const isTruncated = (checked?.report.errors.length ?? 0) >= MOST_FAULTS;
  const isReady =
    checked !== null &&
    !edited &&
    !check.isPending &&
    open.length === 0 &&
    !isTruncated &&
    skipped < rows.length;

  if (send.data) return <Done kind={kind} report={send.data} rows={rows} skipped={skipped} />;
  if (check.isPending || send.isPending) {
    return (
      <UnderWay
        sent={sent}
        words={check.isPending ? t('import.checking') : undefined}
        count={rows.length - skipped}
      />
    );
  }
  return (
    <Stack>
      {check.error && <FailureNotice error={check.error} onRetry={() => check.mutate(rows)} />}
      {checked && (
        <Card withBorder>
          <Group justify="space-between">
            <Group gap="lg" role="status" data-testid="summary">
              <Text c="var(--good)" fw={600}>
                {t('import.good', { count: quantity(checked.report.accepted) as never })}
              </Text>
              <Text c={open.length > 0 ? 'var(--bad)' : undefined} fw={600}>
                {t('import.bad', { count: quantity(checked.report.rejected) as never })}
              </Text>
              {skipped > 0 && <Text>{t('import.skipped', { count: quantity(skipped) as never })}</Text>}
            </Group>
            <Group gap="xs">
              {open.length > 0 && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => onRows(withSkipped(kind, rows, new Set(open), true))}
                >
                  {t('import.skipAll')}
                </Button>
              )}
              {(edited || isTruncated) && (
                <Button size="xs" onClick={() => check.mutate(rows)}>
                  {t('import.recheck')}
                </Button>
              )}
            </Group>
          </Group>
          {edited && (
            <Text size="sm" c="var(--warn)" mt="xs" role="status">
              {t('import.edited')}
            </Text>
          )}
          {isTruncated && (
            <Text size="sm" c="var(--warn)" mt="xs">
              {t('import.moreBad', { count: MOST_FAULTS })}
            </Text>
          )}
        </Card>
      )}
      {faults.size > 0 && (
        <FaultyRows
          columns={columns.filter(({ name }) => rows[0]?.cells[name] !== undefined)}
          rows={rows}
          faults={faults}
          onCell={(place, name, text) => {
            setEdited(true);
            onRows(
              rows.map((row, at) => (at === place ? { ...row, cells: { ...row.cells, [name]: text } } : row)),
            );
          }}
          onSkip={(place, skip) => onRows(withSkipped(kind, rows, new Set([place]), skip))}
        />
      )}
      {send.error && <FailureNotice error={send.error} />}
      {isReady && (
        <Card withBorder>
          <Group justify="space-between">
            <Text>
              {t('import.summary', {
                count: quantity(rows.length - skipped) as never,
                skipped: quantity(skipped),
              })}
            </Text>
            {mayImport ? (
              <Button onClick={() => send.mutate()}>
                {t('import.confirm', { count: quantity(rows.length - skipped) as never })}
              </Button>
            ) : (
              <Text size="sm" c="dimmed">
                {t('import.viewerOnly')}
              </Text>
            )}
          </Group>
        </Card>
      )}
    </Stack>
  );
}

function UnderWay({ sent, words, count }: { sent: number; words: string | undefined; count: number }) {
  const { t } = useTranslation();
  const isSending = sent < 1;
  return (
    <Card withBorder role="status">
      <Group gap="sm" mb="xs">
        <Loader size="xs" />
        <Text size="sm">
          {isSending
            ? t('import.sending', { percent: percent(sent) })
            : (words ?? t('import.writing', { count: quantity(count) as never }))}
        </Text>
      </Group>
      <Progress value={isSending ? sent * 100 : 100} animated={!isSending} aria-label={t('nav.import')} />
    </Card>
  );
}

function Done({ kind, report, rows, skipped }: { kind: Kind; report: Report; rows: Row[]; skipped: number }) {
  const { t } = useTranslation();
  const saveSkipped = () => {
    const names = COLUMNS[kind].map(({ name }) => name).filter((name) => rows[0]?.cells[name] !== undefined);
    const left = rows.filter((row) => row.skipped).map((row) => ({ ...row, skipped: false }));
    saveFile(`${kind}-skipped.csv`, [
      '\ufeff',
      written(
        COLUMNS[kind].filter(({ name }) => hasName(names, name)),
        left,
      ),
    ]);
  };
  return (
    <Card withBorder>
      <Stack align="flex-start">
        <Alert color="teal" icon={<IconCheck />} role="status" w="100%">
          <Title order={2} size="h5">
            {t('import.done', { count: quantity(report.accepted) as never })}
          </Title>
          {skipped > 0 && (
            <Text size="sm">{t('import.doneSkipped', { count: quantity(skipped) as never })}</Text>
          )}
        </Alert>
        <Group>
          {kind === 'orders' ? (
            <ButtonLink to="/orders">{t('import.seeOrders')}</ButtonLink>
          ) : (
            <ButtonLink to="/inventories">{t('import.seeLots')}</ButtonLink>
          )}
          {skipped > 0 && (
            <Button variant="default" onClick={saveSkipped}>
              {t('import.saveSkipped')}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

const hasName = (names: ColumnName[], name: ColumnName) => names.includes(name);
