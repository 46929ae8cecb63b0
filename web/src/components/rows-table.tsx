import { Box, Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ColumnDef, flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureNotice } from './failures';
import type { Rows } from './rows';

declare module '@tanstack/react-table' {
  // The parameters are the library's.
  interface ColumnMeta<TData, TValue> {
    align?: 'right';
    /** In pixels; one column without a width takes what is left. */
    width?: number;
    /** Not shown on screens narrower than that. */
    from?: 'sm' | 'md' | 'lg';
  }
}

const ROW_PIXELS = 44;
const LOAD_AHEAD_ROWS = 60;

interface Props<T> {
  label: string;
  rows: Rows<T>;
  columns: ColumnDef<T>[];
  rowId: (row: T) => string;
  rowName: (row: T) => string;
  empty: ReactNode;
  onOpen?: (row: T) => void;
  /** The row that is open beside the table. */
  openId?: string;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  /** Is told the cursor of the page at the top, to be kept in the address. */
  onPlace?: (cursor: string | undefined) => void;
}

/** A table of any length: only the rows in sight are made, the next ones are read while scrolling. */
export function RowsTable<T>(props: Props<T>) {
  const { label, rows, rowId, rowName, onOpen, selected, onSelect, onPlace } = props;
  const { t } = useTranslation();
  const shown = useShownColumns(props.columns);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 8,
    scrollPaddingStart: ROW_PIXELS,
  });
  const [active, setActive] = useState(0);
  const gridId = useId();
  const visible = virtual.getVirtualItems();
  const firstMade = visible[0]?.index ?? 0;
  const lastMade = visible.at(-1)?.index ?? -1;
  // The library is given the rows in sight only: it would make an object of every row each time a page comes.
  const inSight = useMemo(() => rows.items.slice(firstMade, lastMade + 1), [rows.items, firstMade, lastMade]);
  const table = useReactTable({
    data: inSight,
    columns: shown,
    getCoreRowModel: getCoreRowModel(),
    getRowId: rowId,
  });
  const top = virtual.range?.startIndex ?? 0;
  const { loadMore, placeOf } = rows;

  useEffect(() => {
    if (rows.hasMore && lastMade >= rows.items.length - LOAD_AHEAD_ROWS) loadMore();
  }, [rows.hasMore, rows.items.length, lastMade, loadMore]);
  const place = placeOf(top);
  useEffect(() => {
    if (rows.items.length > 0) onPlace?.(place);
  }, [rows.items.length, place, onPlace]);
  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.items.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const toggle = (id: string) => {
    if (!selected || !onSelect) return;
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys of what stands in a row are its own.
    if (event.target !== event.currentTarget) return;
    const row = rows.items[active];
    if (row === undefined) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PIXELS) - 2);
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    switch (event.key) {
      case 'ArrowDown':
        goTo(active + 1);
        break;
      case 'ArrowUp':
        goTo(active - 1);
        break;
      case 'PageDown':
        goTo(active + page);
        break;
      case 'PageUp':
        goTo(active - page);
        break;
      case 'Home':
        goTo(0);
        break;
      case 'End':
        goTo(rows.items.length - 1);
        break;
      case 'Enter':
        onOpen?.(row);
        break;
      case ' ':
        toggle(rowId(row));
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  if (rows.error && rows.items.length === 0) return <FailureNotice error={rows.error} onRetry={rows.retry} />;
  if (!rows.isLoading && rows.items.length === 0) return <Box className="rows">{props.empty}</Box>;

  const before = visible[0]?.start ?? 0;
  const after = visible.length > 0 ? virtual.getTotalSize() - (visible.at(-1)?.end ?? 0) : 0;
  const width = shown.length + (selected ? 1 : 0);
  const allSelected =
    selected !== undefined && rows.items.length > 0 && rows.items.every((row) => selected.has(rowId(row)));
  return (
    <Stack gap={6} style={{ flex: '1 1 auto', minHeight: 0, minWidth: 0 }}>
      <div className="rows" ref={scroller} data-testid="rows">
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are walked with the arrows
          role="grid"
          // The grid keeps the focus: a row that scrolls out of sight would lose it.
          tabIndex={0}
          aria-activedescendant={
            visible.some(({ index }) => index === active) ? `${gridId}${active}` : undefined
          }
          onKeyDown={onKeyDown}
          aria-label={label}
          aria-rowcount={rows.hasMore ? -1 : rows.items.length + 1}
          aria-busy={rows.isLoading}
        >
          <colgroup>
            {selected && <col style={{ width: 42 }} />}
            {shown.map((column) => (
              <col key={column.id} style={column.meta?.width ? { width: column.meta.width } : undefined} />
            ))}
          </colgroup>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} aria-rowindex={1}>
                {selected && (
                  <th scope="col">
                    <Checkbox
                      size="xs"
                      aria-label={t('common.selectAll')}
                      checked={allSelected}
                      indeterminate={!allSelected && selected.size > 0}
                      onChange={() => onSelect?.(new Set(allSelected ? [] : rows.items.map(rowId)))}
                    />
                  </th>
                )}
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" data-align={header.column.columnDef.meta?.align}>
                    {flexRender(header.column.columnDef.header, header.getContext())}
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {rows.isLoading && <SkeletonRows columns={width} />}
            {before > 0 && <Spacer height={before} columns={width} />}
            {visible.map(({ index }, place) => {
              const row = table.getRowModel().rows[place];
              if (!row) return null;
              const isSelected = selected?.has(row.id) ?? false;
              return (
                <tr
                  key={row.id}
                  data-index={index}
                  data-id={row.id}
                  aria-rowindex={index + 2}
                  id={`${gridId}${index}`}
                  data-active={index === active}
                  aria-selected={selected ? isSelected : undefined}
                  data-open={row.id === props.openId}
                  data-opens={onOpen ? true : undefined}
                  onClick={(event) => {
                    setActive(index);
                    if (!(event.target as HTMLElement).closest('a, button, input, label'))
                      onOpen?.(row.original);
                  }}
                >
                  {selected && (
                    <td>
                      <Checkbox
                        size="xs"
                        tabIndex={-1}
                        aria-label={t('common.select', { name: rowName(row.original) })}
                        checked={isSelected}
                        onChange={() => toggle(row.id)}
                      />
                    </td>
                  )}
                  {row.getVisibleCells().map((cell) => (
                    <td key={cell.id} data-align={cell.column.columnDef.meta?.align}>
                      {flexRender(cell.column.columnDef.cell, cell.getContext())}
                    </td>
                  ))}
                </tr>
              );
            })}
            {after > 0 && <Spacer height={after} columns={width} />}
          </tbody>
        </table>
      </div>
      <Footer rows={rows} />
    </Stack>
  );
}

function Footer<T>({ rows }: { rows: Rows<T> }) {
  const { t } = useTranslation();
  const count = rows.items.length.toLocaleString('en');
  return (
    <Group gap="md" h={22} wrap="nowrap">
      <Text size="xs" c="dimmed" role="status" data-testid="row-count">
        {rows.isLoading
          ? t('common.loading')
          : rows.isLoadingMore
            ? t('common.loadingMore')
            : t(rows.hasMore ? 'common.rowsMore' : 'common.rows', { count: count as unknown as number })}
      </Text>
      {rows.error !== null && rows.items.length > 0 && (
        <Button size="compact-xs" variant="subtle" color="red" onClick={rows.retry}>
          {t('common.retry')}
        </Button>
      )}
    </Group>
  );
}

/** Holds the place of rows that are not made. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr className="spacer" aria-hidden style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}

function SkeletonRows({ columns }: { columns: number }) {
  return Array.from({ length: 8 }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
    <tr key={row} aria-hidden>
      <td colSpan={columns}>
        <Skeleton height={12} width={`${85 - ((row * 13) % 40)}%`} />
      </td>
    </tr>
  ));
}

function useShownColumns<T>(columns: ColumnDef<T>[]): (ColumnDef<T> & { id?: string })[] {
  // Mantine's breakpoints; read once, since the first paint must be right.
  const options = { getInitialValueInEffect: false };
  const wide = {
    sm: useMediaQuery('(min-width: 48em)', undefined, options),
    md: useMediaQuery('(min-width: 62em)', undefined, options),
    lg: useMediaQuery('(min-width: 80em)', undefined, options),
  };
  return columns.filter((column) => column.meta?.from === undefined || wide[column.meta.from]);
}
