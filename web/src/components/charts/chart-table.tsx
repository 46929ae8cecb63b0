import { Text } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { TextLink } from '@/components/links';

interface Row {
  link: Pick<LinkProps, 'to' | 'search'>;
  cells: [string, ...string[]];
}

/** The numbers of a chart for those who read rather than look; the first cell of a row leads to what is behind it. */
export function ChartTable({ head, rows }: { head: string[]; rows: Row[] }) {
  const { t } = useTranslation();
  return (
    <details style={{ marginTop: 8 }}>
      <Text component="summary" size="sm" c="dimmed" style={{ cursor: 'pointer' }}>
        {t('overview.table')}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <div style={{ maxHeight: 220, overflow: 'auto' }} tabIndex={0}>
        <table className="small-table">
          <thead>
            <tr>
              {head.map((name, place) => (
                <th key={name} scope="col" data-align={place > 0 ? 'right' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ link, cells: [first, ...others] }) => (
              <tr key={first}>
                <td>
                  <TextLink {...link} size="sm">
                    {first}
                  </TextLink>
                </td>
                {others.map((cell, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a row never move
                  <td key={place} data-align="right">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
