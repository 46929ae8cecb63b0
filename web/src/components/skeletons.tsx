import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Keeps a page's place while its code comes. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack aria-busy aria-label={t('common.loading')} role="status">
      <Skeleton height={32} width={180} />
      <Skeleton height={48} />
      <Skeleton height={360} />
    </Stack>
  );
}
