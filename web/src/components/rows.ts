import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Page } from '@/api/client';

/** What a table of rows is given: those that are there, and the way to more. */
export interface Rows<T> {
  items: T[];
  isLoading: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
  /** Returns the cursor of the page that a row is on; none on the first. */
  placeOf: (index: number) => string | undefined;
  /** Whether rows come before the first one shown. */
  startsLater: boolean;
}

/**
 * Reads a list page by page.
 *
 * It begins at the cursor `from` has when the component appears; scrolling may move `from` in the address without
 * another reading. So whoever uses it gives its component the filters as `key`.
 */
export function useRows<T>(
  key: readonly unknown[],
  from: string | undefined,
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): Rows<T> {
  const [start] = useState(from);
  const query = useInfiniteQuery({
    queryKey: [...key, start],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: start,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });
  const pages = query.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const params = query.data?.pageParams;
  return {
    items,
    isLoading: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
    retry: () => void query.refetch(),
    placeOf: (index) => {
      let before = 0;
      for (const [place, page] of (pages ?? []).entries()) {
        before += page.items.length;
        if (index < before) return params?.[place] as string | undefined;
      }
      return undefined;
    },
    startsLater: start !== undefined,
  };
}
