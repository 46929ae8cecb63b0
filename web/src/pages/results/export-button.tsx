import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Result } from '@/api/client';
import type { ResultSearch } from '@/app/search';
import { tellFailure } from '@/components/failures';
import { today } from '@/format/dates';

const ROWS_A_PAGE = 500;
const COLUMNS = [
  'id',
  'run_id',
  'order_id',
  'line_no',
  'inventory_id',
  'item_code',
  'lot_number',
  'location',
  'allocated_quantity',
  'unit_price',
  'allocated_price',
  'allocation_method',
  'costing_method',
  'provisional',
  'allocation_date',
  'status',
  'hold_until',
  'reason',
] as const satisfies readonly (keyof Result)[];

/** Writes all rows that match into a file, however many pages they are. */
export function ExportButton({ filters }: { filters: Omit<ResultSearch, 'from' | 'run' | 'view'> }) {
  const { t } = useTranslation();
  const [count, setCount] = useState<number | null>(null);
  const write = async () => {
    setCount(0);
    try {
      const { safeCsv, saveFile } = await import('@/format/csv');
      const parts: string[] = ['\ufeff', safeCsv(COLUMNS, [])];
      let cursor: string | null | undefined;
      let written = 0;
      do {
        const page = await content(
          api.GET('/allocation-results', { params: { query: { ...filters, cursor, limit: ROWS_A_PAGE } } }),
        );
        const [, ...lines] = safeCsv(COLUMNS, page.items).split('\r\n');
        parts.push(...lines.map((line) => `\r\n${line}`));
        written += page.items.length;
        setCount(written);
        cursor = page.next_cursor;
      } while (cursor);
      saveFile(`allocation-results-${today()}.csv`, parts);
    } catch (error) {
      tellFailure(error);
    }
    setCount(null);
  };
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={16} />}
      disabled={count !== null}
      onClick={() => void write()}
    >
      {count === null ? t('common.download') : t('common.downloading', { count })}
    </Button>
  );
}
