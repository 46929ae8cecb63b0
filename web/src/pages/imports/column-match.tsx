import { Badge, Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Kind } from '@/api/importing';
import { quantity } from '@/format/numbers';
import { COLUMNS, type Mapping } from './columns';
import type { Sheet } from './sheet';

interface Props {
  kind: Kind;
  sheet: Sheet;
  mapping: Mapping;
  onMapping: (mapping: Mapping) => void;
  onMatched: () => void;
}

/** Which column of the file is which of ours. */
export function ColumnMatch({ kind, sheet, mapping, onMapping, onMatched }: Props) {
  const { t } = useTranslation();
  const columns = COLUMNS[kind];
  const used = new Set(Object.values(mapping));
  const unused = sheet.header.filter((_, place) => !used.has(place));
  const missing = columns.filter(({ name, needed }) => needed && mapping[name] === undefined);
  return (
    <Card withBorder component="section" aria-label={t('import.columns')}>
      <Stack>
        <Title order={2} size="h5">
          {t('import.columns')}
        </Title>
        <div className="scroll-x">
          <table className="small-table">
            <thead>
              <tr>
                <th scope="col">{t('import.column')}</th>
                <th scope="col">{t('import.fromFile')}</th>
                <th scope="col">{t('import.example')}</th>
              </tr>
            </thead>
            <tbody>
              {columns.map(({ name, needed }) => {
                const place = mapping[name];
                return (
                  <tr key={name}>
                    <td>
                      <Group gap="xs">
                        <Text size="sm">{t(`importColumn.${name}`)}</Text>
                        {needed && (
                          <Badge size="xs" variant="default" tt="none" radius="sm">
                            {t('import.needed')}
                          </Badge>
                        )}
                      </Group>
                    </td>
                    <td>
                      <Select
                        size="xs"
                        w={220}
                        aria-label={t(`importColumn.${name}`)}
                        placeholder={t('import.leaveOut')}
                        clearable
                        searchable
                        error={needed && place === undefined}
                        value={place === undefined ? null : String(place)}
                        data={sheet.header.map((title, from) => ({
                          value: String(from),
                          label: title || `(${from + 1})`,
                        }))}
                        onChange={(from) =>
                          onMapping({ ...mapping, [name]: from === null ? undefined : Number(from) })
                        }
                      />
                    </td>
                    <td>{place === undefined ? '' : sheet.records[0]?.[place]}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {unused.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('import.ignored', { names: unused.join(', ') })}
          </Text>
        )}
        {missing.length > 0 && (
          <Text size="sm" c="var(--bad)" role="status">
            {t('import.missing', { names: missing.map(({ name }) => t(`importColumn.${name}`)).join(', ') })}
          </Text>
        )}
        <Group justify="flex-end">
          <Button disabled={missing.length > 0} onClick={onMatched}>
            {t('import.check', { count: quantity(sheet.records.length) as never })}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
