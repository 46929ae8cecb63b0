// Made from docs/openapi.json by `npm run types`.
import type { Decimal } from './exact';

export interface paths {
    "/allocate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allocate
         * @description Allocate waiting orders, or show what would be with `dry_run`.
         */
        post: operations["allocate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocate/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare Methods
         * @description Show what each method would do; nothing is written.
         */
        post: operations["compare_methods"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Allocation Methods
         * @description List the methods with their names in English and Japanese.
         */
        get: operations["list_allocation_methods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Allocation Results
         * @description List results, newest first.
         */
        get: operations["list_allocation_results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-results/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release Allocation Result
         * @description Release an allocation, or so much of it.
         */
        post: operations["release_allocation_result"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-results/{id}/ship": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ship Allocation Result
         * @description Ship an allocation, or so much of it.
         */
        post: operations["ship_allocation_result"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Allocation Runs
         * @description List runs, newest first, without their results and shortages.
         */
        get: operations["list_allocation_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Allocation Run
         * @description Show a run with the first of its results and shortages.
         */
        get: operations["get_allocation_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Allocation Run
         * @description Stop a queued or running run after the chunk that is being served.
         */
        post: operations["cancel_allocation_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allocation-runs/{id}/shortages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Shortages
         * @description List what a run could not give, in demand order.
         */
        get: operations["list_shortages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description List who changed what, when, in which request; newest first.
         */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Availability
         * @description Show the stock of items as of a day, with what comes later.
         */
        get: operations["get_availability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description Tell that the process is up.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce Import
         * @description Announce a file too big for one request; the answer says where to PUT it.
         */
        post: operations["announce_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Import
         * @description Show an announced file and what came of it.
         */
        get: operations["get_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload File
         * @description Upload an announced file and import it.
         */
        put: operations["upload_file"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Inventories
         * @description List lots, newest first or by expiry (none last).
         */
        get: operations["list_inventories"];
        put?: never;
        /**
         * Receive Inventory
         * @description Receive a lot.
         */
        post: operations["receive_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Inventory
         * @description Show a lot.
         */
        get: operations["get_inventory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories/{id}/adjust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Adjust Inventory
         * @description Change what is on hand of a lot.
         */
        post: operations["adjust_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold Inventory
         * @description Hold a lot: it is neither allocated nor shipped; what is allocated stays.
         */
        post: operations["hold_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories/{id}/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Movements
         * @description List what changed a lot's stock on hand, newest first.
         */
        get: operations["list_movements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories/{id}/unhold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unhold Inventory
         * @description Let a held lot go.
         */
        post: operations["unhold_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventories/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import Inventories
         * @description Receive the lots of a file.
         */
        post: operations["import_inventories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Items
         * @description List items by code.
         */
        get: operations["list_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{item_code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Item
         * @description Show an item's settings.
         */
        get: operations["get_item"];
        /**
         * Put Item
         * @description Set an item's safety stock and quantity step; what is left out is set to its default.
         */
        put: operations["put_item"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{item_code}/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Item Costs
         * @description Show what each month did to an item and what a unit cost.
         */
        get: operations["get_item_costs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Orders
         * @description List orders, newest first or in the order in which they are served.
         */
        get: operations["list_orders"];
        put?: never;
        /**
         * Create Order
         * @description Take an order.
         */
        post: operations["create_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Order
         * @description Show an order with its lines and their allocations.
         */
        get: operations["get_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Order
         * @description Change an order; what is left out stays, null clears.
         */
        patch: operations["change_order"];
        trace?: never;
    };
    "/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Order
         * @description Release what an order holds and end what is open.
         */
        post: operations["cancel_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release Order
         * @description Release all that an order holds, or so much of its lines; all or nothing.
         */
        post: operations["release_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/ship": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ship Order
         * @description Ship all that an order holds, or so much of its lines; all or nothing.
         */
        post: operations["ship_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import Orders
         * @description Take the orders of a file; rows with one reference are one order.
         */
        post: operations["import_orders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Tell whether the database answers and its schema is current.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/backlog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report Backlog
         * @description Report what waits, and which items lack stock for it.
         */
        get: operations["report_backlog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/fill-rate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report Fill Rate
         * @description Report units filled ÷ units ordered, by the orders' day of creation, without cancelled ones.
         */
        get: operations["report_fill_rate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/stock-age": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report Stock Age
         * @description Report the stock on hand by age: 0–30, 31–60, 61–90, 91 and more days.
         */
        get: operations["report_stock_age"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AdjustRequest
         * @description A change of what is on hand.
         */
        AdjustRequest: {
            /** Quantity Change */
            quantity_change: Decimal | string;
            /** Reason */
            reason: string;
        };
        /**
         * AllocationMethodResponse
         * @description One allocation method.
         */
        AllocationMethodResponse: {
            allocation_method: components["schemas"]["Method"];
            costing_method: components["schemas"]["Costing"];
            /** Name En */
            name_en: string;
            /** Name Ja */
            name_ja: string;
            reason: components["schemas"]["Reason"];
        };
        /**
         * AllocationRequest
         * @description A run to make.
         */
        AllocationRequest: {
            /**
             * Allocation Date
             * @description Default: today
             */
            allocation_date?: string | null;
            allocation_method: components["schemas"]["Method"];
            /** @description Default: the method's own */
            costing_method?: components["schemas"]["Costing"] | null;
            /**
             * Dry Run
             * @description Plan on a snapshot and write nothing
             * @default false
             */
            dry_run?: boolean;
            /**
             * Hold Until
             * @description Released by itself then
             */
            hold_until?: string | null;
            /**
             * Include Inbound
             * @default false
             */
            include_inbound?: boolean;
            /** Item Codes */
            item_codes?: string[] | null;
            /**
             * Locations
             * @description Most preferred first; read by LOCATION only
             * @default []
             */
            locations?: string[];
            /**
             * Max Results
             * @default 100
             */
            max_results?: number;
            /** Order Ids */
            order_ids?: number[] | null;
            /** @default sequence */
            scarcity?: components["schemas"]["Scarcity"];
        };
        /**
         * AllocationResultResponse
         * @description So much of one lot for one order line. `id` and `run_id` are null in a dry run.
         */
        AllocationResultResponse: {
            /** Allocated Price */
            allocated_price: Decimal;
            /** Allocated Quantity */
            allocated_quantity: Decimal;
            /**
             * Allocation Date
             * Format: date
             */
            allocation_date: string;
            allocation_method: components["schemas"]["Method"];
            costing_method: components["schemas"]["Costing"];
            /** Hold Until */
            hold_until: string | null;
            /** Id */
            id: number | null;
            /** Inventory Id */
            inventory_id: number;
            /** Item Code */
            item_code: string;
            /** Line No */
            line_no: number;
            /** Location */
            location: string | null;
            /** Lot Number */
            lot_number: string | null;
            /** Order Id */
            order_id: number;
            /** Provisional */
            provisional: boolean;
            reason: components["schemas"]["Reason"];
            /** Run Id */
            run_id: number | null;
            status: components["schemas"]["ResultStatus"];
            /** Unit Price */
            unit_price: Decimal;
        };
        /**
         * AllocationRunResponse
         * @description A run: what was asked and what came of it. `id` is null in a dry run.
         */
        AllocationRunResponse: {
            /** Allocated Price */
            allocated_price: Decimal;
            /** Allocated Quantity */
            allocated_quantity: Decimal;
            /**
             * Allocation Date
             * Format: date
             */
            allocation_date: string;
            allocation_method: components["schemas"]["Method"];
            costing_method: components["schemas"]["Costing"];
            /** Dry Run */
            dry_run: boolean;
            /** Fill Rate */
            fill_rate: Decimal | null;
            /** Finished At */
            finished_at: string | null;
            /** Hold Until */
            hold_until: string | null;
            /** Id */
            id: number | null;
            /** Include Inbound */
            include_inbound: boolean;
            /** Item Codes */
            item_codes: string[] | null;
            /** Lines */
            lines: number;
            /** Locations */
            locations: string[];
            /** Max Results */
            max_results: number;
            /** Order Ids */
            order_ids: number[] | null;
            /** Orders */
            orders: number;
            /** @description Of dry runs only */
            outlook: components["schemas"]["OutlookResponse"] | null;
            /** Requested Quantity */
            requested_quantity: Decimal;
            /** Results */
            results: components["schemas"]["AllocationResultResponse"][];
            scarcity: components["schemas"]["Scarcity"];
            /** Short Quantity */
            short_quantity: Decimal;
            /** Shortages */
            shortages: components["schemas"]["ShortageResponse"][];
            /** Started At */
            started_at: string | null;
            status: components["schemas"]["RunStatus"];
            /** Trigger */
            trigger: string | null;
        };
        /**
         * AuditEntryResponse
         * @description Who changed what, when, in which request.
         */
        AuditEntryResponse: {
            /** Action */
            action: string;
            /** Actor */
            actor: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /** Id */
            id: number;
            /** Request Id */
            request_id: string | null;
            /** Subject */
            subject: string;
        };
        /**
         * AvailabilityItem
         * @description One item's stock as of a day; `quantity` is what is received by then, `inbound_quantity` what comes later.
         */
        AvailabilityItem: {
            /** Allocatable Quantity */
            allocatable_quantity: Decimal;
            /** Allocated Quantity */
            allocated_quantity: Decimal;
            /** Available Quantity */
            available_quantity: Decimal;
            /** Inbound Quantity */
            inbound_quantity: Decimal;
            /** Item Code */
            item_code: string;
            /** Open Quantity */
            open_quantity: Decimal;
            /** Quantity */
            quantity: Decimal;
        };
        /**
         * AvailabilityResponse
         * @description The stock of items as of a day.
         */
        AvailabilityResponse: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Items */
            items: components["schemas"]["AvailabilityItem"][];
        };
        /**
         * BacklogItem
         * @description An item of which more is open than may be allocated today.
         */
        BacklogItem: {
            /** Allocatable Quantity */
            allocatable_quantity: Decimal;
            /** Item Code */
            item_code: string;
            /** Open Quantity */
            open_quantity: Decimal;
            /** Short Quantity */
            short_quantity: Decimal;
        };
        /**
         * BacklogResponse
         * @description What waits. `short_items` and `short_quantity` are of all items that lack stock, `items` the most lacking.
         */
        BacklogResponse: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Items */
            items: components["schemas"]["BacklogItem"][];
            /** Lines */
            lines: number;
            /** Open Quantity */
            open_quantity: Decimal;
            /** Orders */
            orders: number;
            /** Short Items */
            short_items: number;
            /** Short Quantity */
            short_quantity: Decimal;
        };
        /**
         * CompareRequest
         * @description Runs to compare; nothing is written.
         */
        CompareRequest: {
            /**
             * Allocation Date
             * @description Default: today
             */
            allocation_date?: string | null;
            /** Allocation Methods */
            allocation_methods: components["schemas"]["Method"][];
            /** @description Default: the method's own */
            costing_method?: components["schemas"]["Costing"] | null;
            /**
             * Dry Run
             * @description Plan on a snapshot and write nothing
             * @default false
             */
            dry_run?: boolean;
            /**
             * Hold Until
             * @description Released by itself then
             */
            hold_until?: string | null;
            /**
             * Include Inbound
             * @default false
             */
            include_inbound?: boolean;
            /** Item Codes */
            item_codes?: string[] | null;
            /**
             * Locations
             * @description Most preferred first; read by LOCATION only
             * @default []
             */
            locations?: string[];
            /**
             * Max Results
             * @default 100
             */
            max_results?: number;
            /** Order Ids */
            order_ids?: number[] | null;
            /** @default sequence */
            scarcity?: components["schemas"]["Scarcity"];
        };
        /**
         * CompareResponse
         * @description The dry run of each method, in the order asked.
         */
        CompareResponse: {
            /** Methods */
            methods: components["schemas"]["AllocationRunResponse"][];
        };
        /**
         * Costing
         * @description What one unit costs.
         * @enum {string}
         */
        Costing: "LOT" | "AVERAGE" | "TOTAL_AVERAGE" | "MOVING_AVERAGE";
        /**
         * FaultSchema
         * @description One thing wrong with one value.
         */
        FaultSchema: {
            /** Code */
            code: string;
            /** Message */
            message: string;
            /** Pointer */
            pointer: string;
        };
        /**
         * FillRateDay
         * @description The orders created on one day, without cancelled ones; filled is allocated and shipped.
         */
        FillRateDay: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Fill Rate */
            fill_rate: Decimal | null;
            /** Filled Quantity */
            filled_quantity: Decimal;
            /** Lines */
            lines: number;
            /** Orders */
            orders: number;
            /** Requested Quantity */
            requested_quantity: Decimal;
        };
        /**
         * FillRateResponse
         * @description Units filled ÷ units ordered, by the orders' day of creation.
         */
        FillRateResponse: {
            /** Items */
            items: components["schemas"]["FillRateDay"][];
        };
        /**
         * Fulfilment
         * @description Whether an order takes what there is, or all that is open or nothing.
         * @enum {string}
         */
        Fulfilment: "partial" | "complete";
        /**
         * ImportKind
         * @description What a file holds.
         * @enum {string}
         */
        ImportKind: "orders" | "inventories";
        /**
         * ImportProblem
         * @description A file that was refused, with the report's members; `errors` are those of its rows.
         */
        ImportProblem: {
            /** Accepted */
            accepted: number;
            /** Detail */
            detail: string;
            /** Errors */
            errors: components["schemas"]["RowError"][];
            /**
             * Instance
             * @default null
             */
            instance?: string | null;
            /** Rejected */
            rejected: number;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /** Type */
            type: string;
        };
        /**
         * ImportReport
         * @description What an import did, counted in rows.
         */
        ImportReport: {
            /** Accepted */
            accepted: number;
            /** Errors */
            errors: components["schemas"]["RowError"][];
            /** Rejected */
            rejected: number;
        };
        /**
         * ImportRequest
         * @description A file that will be uploaded.
         */
        ImportRequest: {
            /**
             * Dry Run
             * @default false
             */
            dry_run?: boolean;
            kind: components["schemas"]["ImportKind"];
            /** @default refuse */
            on_error?: components["schemas"]["OnError"];
        };
        /**
         * ImportResponse
         * @description A file to upload with PUT, and then what came of it.
         */
        ImportResponse: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Dry Run */
            dry_run: boolean;
            /** Id */
            id: number;
            kind: components["schemas"]["ImportKind"];
            on_error: components["schemas"]["OnError"];
            report: components["schemas"]["ImportReport"] | null;
            status: components["schemas"]["ImportStatus"];
            /** Upload Url */
            upload_url: string;
        };
        /**
         * ImportStatus
         * @description How far an uploaded import has come.
         * @enum {string}
         */
        ImportStatus: "waiting" | "completed" | "refused";
        /**
         * InventoryRequest
         * @description A lot to receive.
         */
        InventoryRequest: {
            /** Expiration Date */
            expiration_date?: string | null;
            /** Item Code */
            item_code: string;
            /** Location */
            location?: string | null;
            /** Lot Number */
            lot_number?: string | null;
            /** Quantity */
            quantity: Decimal | string;
            /**
             * Receipt Date
             * Format: date
             */
            receipt_date: string;
            /**
             * Reference
             * @description Unique if given: the safe way to repeat a receipt
             */
            reference?: string | null;
            /** Unit Price */
            unit_price: Decimal | string;
        };
        /**
         * InventoryResponse
         * @description A lot.
         */
        InventoryResponse: {
            /** Allocated Quantity */
            allocated_quantity: Decimal;
            /** Available Quantity */
            available_quantity: Decimal;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expiration Date */
            expiration_date: string | null;
            /** Held */
            held: boolean;
            /** Id */
            id: number;
            /** Item Code */
            item_code: string;
            /** Location */
            location: string | null;
            /** Lot Number */
            lot_number: string | null;
            /** Quantity */
            quantity: Decimal;
            /**
             * Receipt Date
             * Format: date
             */
            receipt_date: string;
            /** Reference */
            reference: string | null;
            /** Unit Price */
            unit_price: Decimal;
        };
        /**
         * InventorySort
         * @description The order of a list of lots.
         * @enum {string}
         */
        InventorySort: "newest" | "expiry";
        /**
         * ItemCostsResponse
         * @description An item's costs, month by month; `moving_average` is the running one now, at 12 places.
         */
        ItemCostsResponse: {
            /** Item Code */
            item_code: string;
            /** Months */
            months: components["schemas"]["MonthCosts"][];
            /** Moving Average */
            moving_average: Decimal | null;
        };
        /**
         * ItemRequest
         * @description The settings of an item.
         */
        ItemRequest: {
            /** Quantity Step */
            quantity_step?: Decimal | string | null;
            /**
             * Safety Stock
             * @default 0
             */
            safety_stock?: Decimal | string;
        };
        /**
         * ItemResponse
         * @description An item's settings.
         */
        ItemResponse: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Item Code */
            item_code: string;
            /** Quantity Step */
            quantity_step: Decimal | null;
            /** Safety Stock */
            safety_stock: Decimal;
        };
        /**
         * LineQuantity
         * @description So much of one line; without a quantity, all that is allocated.
         */
        LineQuantity: {
            /**
             * Line No
             * @description From 1
             */
            line_no: number;
            /** Quantity */
            quantity?: Decimal | string | null;
        };
        /**
         * Method
         * @description The names a request may give.
         * @enum {string}
         */
        Method: "FIFO" | "LIFO" | "FEFO" | "CHEAPEST" | "DEAREST" | "LOCATION" | "FEWEST_LOTS" | "SPECIFIC" | "AVERAGE" | "TOTAL_AVERAGE" | "MOVING_AVERAGE";
        /**
         * MonthCosts
         * @description What one month did to one item, and what a unit cost.
         *
         *     `total_average` is the month's periodic average (総平均法), provisional until the month is over; opening and closing
         *     values are quantity × the average of the month before and of this month.
         */
        MonthCosts: {
            /** Adjusted Quantity */
            adjusted_quantity: Decimal;
            /** Allocated Price */
            allocated_price: Decimal;
            /** Allocated Quantity */
            allocated_quantity: Decimal;
            /** Closing Quantity */
            closing_quantity: Decimal;
            /** Closing Value */
            closing_value: Decimal;
            /** Month */
            month: string;
            /** Opening Quantity */
            opening_quantity: Decimal;
            /** Opening Value */
            opening_value: Decimal;
            /** Provisional */
            provisional: boolean;
            /** Received Quantity */
            received_quantity: Decimal;
            /** Received Value */
            received_value: Decimal;
            /** Total Average */
            total_average: Decimal | null;
        };
        /**
         * MovementKind
         * @description What changed the stock on hand.
         * @enum {string}
         */
        MovementKind: "receipt" | "adjustment" | "shipment";
        /**
         * MovementResponse
         * @description One change of a lot's stock on hand.
         */
        MovementResponse: {
            /** Allocation Result Id */
            allocation_result_id: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: number;
            /** Inventory Id */
            inventory_id: number;
            kind: components["schemas"]["MovementKind"];
            /** Quantity Change */
            quantity_change: Decimal;
            /** Reason */
            reason: string | null;
        };
        /**
         * OnError
         * @description What a bad row does to the good ones.
         * @enum {string}
         */
        OnError: "refuse" | "skip";
        /**
         * OrderInShort
         * @description An order of one line, written flat; also a row of a file of orders.
         */
        OrderInShort: {
            /**
             * Customer
             * @default null
             */
            customer?: string | null;
            /** @default partial */
            fulfilment?: components["schemas"]["Fulfilment"];
            /**
             * Inventory Id
             * @description Only this lot
             * @default null
             */
            inventory_id?: number | null;
            /** Item Code */
            item_code: string;
            /**
             * Location
             * @description Only lots at this location
             * @default null
             */
            location?: string | null;
            /**
             * Lot Number
             * @description Only lots with this number
             * @default null
             */
            lot_number?: string | null;
            /**
             * Min Remaining Days
             * @description Shelf life left on the allocation date (残存期限)
             * @default null
             */
            min_remaining_days?: number | null;
            /**
             * No Date Reversal
             * @description No expiry earlier than the customer has been given before (日付逆転防止)
             * @default false
             */
            no_date_reversal?: boolean;
            /**
             * Priority
             * @default 0
             */
            priority?: number;
            /** Quantity */
            quantity: Decimal | string;
            /**
             * Reference
             * @default null
             */
            reference?: string | null;
            /**
             * Requested Date
             * @default null
             */
            requested_date?: string | null;
            /**
             * Single Lot
             * @description One lot holds all that is open, or nothing (ロット割れ禁止)
             * @default false
             */
            single_lot?: boolean;
        };
        /**
         * OrderLinePatch
         * @description Changes of one line; null clears an option.
         */
        OrderLinePatch: {
            /** Inventory Id */
            inventory_id?: number | null;
            /**
             * Line No
             * @description From 1
             */
            line_no: number;
            /** Location */
            location?: string | null;
            /** Lot Number */
            lot_number?: string | null;
            /** Min Remaining Days */
            min_remaining_days?: number | null;
            /**
             * No Date Reversal
             * @default false
             */
            no_date_reversal?: boolean;
            /**
             * Quantity
             * @description At least what is allocated and shipped
             */
            quantity?: Decimal | string | null;
            /**
             * Single Lot
             * @default false
             */
            single_lot?: boolean;
        };
        /**
         * OrderLineRequest
         * @description One item of an order, and the lots it admits.
         */
        OrderLineRequest: {
            /**
             * Inventory Id
             * @description Only this lot
             */
            inventory_id?: number | null;
            /** Item Code */
            item_code: string;
            /**
             * Location
             * @description Only lots at this location
             */
            location?: string | null;
            /**
             * Lot Number
             * @description Only lots with this number
             */
            lot_number?: string | null;
            /**
             * Min Remaining Days
             * @description Shelf life left on the allocation date (残存期限)
             */
            min_remaining_days?: number | null;
            /**
             * No Date Reversal
             * @description No expiry earlier than the customer has been given before (日付逆転防止)
             * @default false
             */
            no_date_reversal?: boolean;
            /** Quantity */
            quantity: Decimal | string;
            /**
             * Single Lot
             * @description One lot holds all that is open, or nothing (ロット割れ禁止)
             * @default false
             */
            single_lot?: boolean;
        };
        /**
         * OrderLineResponse
         * @description One line of an order; `allocations` are those not released.
         */
        OrderLineResponse: {
            /** Allocated Quantity */
            allocated_quantity: Decimal;
            /** Allocations */
            allocations: components["schemas"]["AllocationResultResponse"][];
            /** Inventory Id */
            inventory_id: number | null;
            /** Item Code */
            item_code: string;
            /** Line No */
            line_no: number;
            /** Location */
            location: string | null;
            /** Lot Number */
            lot_number: string | null;
            /** Min Remaining Days */
            min_remaining_days: number | null;
            /** No Date Reversal */
            no_date_reversal: boolean;
            /** Open Quantity */
            open_quantity: Decimal;
            /** Quantity */
            quantity: Decimal;
            /** Shipped Quantity */
            shipped_quantity: Decimal;
            /** Single Lot */
            single_lot: boolean;
        };
        /**
         * OrderPatch
         * @description Changes of an order; what is left out stays, null clears.
         */
        OrderPatch: {
            /**
             * Lines
             * @default []
             */
            lines?: components["schemas"]["OrderLinePatch"][];
            /**
             * Priority
             * @default 0
             */
            priority?: number;
            /** Requested Date */
            requested_date?: string | null;
        };
        /**
         * OrderRequest
         * @description A new order; `{"item_code": …, "quantity": …}` is short for an order of one line.
         */
        OrderRequest: {
            /** Customer */
            customer?: string | null;
            /**
             * @description complete: all that is open, or nothing
             * @default partial
             */
            fulfilment?: components["schemas"]["Fulfilment"];
            /** Lines */
            lines: components["schemas"]["OrderLineRequest"][];
            /**
             * Priority
             * @description Higher first
             * @default 0
             */
            priority?: number;
            /** Reference */
            reference?: string | null;
            /** Requested Date */
            requested_date?: string | null;
        };
        /**
         * OrderResponse
         * @description An order with its lines.
         */
        OrderResponse: {
            /** Allocated */
            allocated: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Customer */
            customer: string | null;
            fulfilment: components["schemas"]["Fulfilment"];
            /** Id */
            id: number;
            /** Lines */
            lines: components["schemas"]["OrderLineResponse"][];
            /** Priority */
            priority: number;
            /** Reference */
            reference: string | null;
            /** Requested Date */
            requested_date: string | null;
            status: components["schemas"]["OrderStatus"];
        };
        /**
         * OrderSort
         * @description The order of a list of orders.
         * @enum {string}
         */
        OrderSort: "newest" | "demand";
        /**
         * OrderStatus
         * @description How far an order has come.
         * @enum {string}
         */
        OrderStatus: "open" | "partially_allocated" | "allocated" | "shipped" | "cancelled";
        /**
         * OutlookResponse
         * @description What a dry run would leave behind of the stock that it may allocate.
         *
         *     `expiring_quantity` expires within 30 days of the allocation date.
         */
        OutlookResponse: {
            /** Expiring Quantity */
            expiring_quantity: Decimal;
            /** Lots Touched */
            lots_touched: number;
            /** Oldest Receipt Date */
            oldest_receipt_date: string | null;
        };
        /** PageResponse[AllocationMethodResponse] */
        PageResponse_AllocationMethodResponse_: {
            /** Items */
            items: components["schemas"]["AllocationMethodResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[AllocationResultResponse] */
        PageResponse_AllocationResultResponse_: {
            /** Items */
            items: components["schemas"]["AllocationResultResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[AllocationRunResponse] */
        PageResponse_AllocationRunResponse_: {
            /** Items */
            items: components["schemas"]["AllocationRunResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[AuditEntryResponse] */
        PageResponse_AuditEntryResponse_: {
            /** Items */
            items: components["schemas"]["AuditEntryResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[InventoryResponse] */
        PageResponse_InventoryResponse_: {
            /** Items */
            items: components["schemas"]["InventoryResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[ItemResponse] */
        PageResponse_ItemResponse_: {
            /** Items */
            items: components["schemas"]["ItemResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[MovementResponse] */
        PageResponse_MovementResponse_: {
            /** Items */
            items: components["schemas"]["MovementResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[OrderResponse] */
        PageResponse_OrderResponse_: {
            /** Items */
            items: components["schemas"]["OrderResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PageResponse[ShortageResponse] */
        PageResponse_ShortageResponse_: {
            /** Items */
            items: components["schemas"]["ShortageResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * Problem
         * @description An error (RFC 9457). `type` ends in the code; `instance` is the request id.
         */
        Problem: {
            /** Detail */
            detail: string;
            /**
             * Errors
             * @default null
             */
            errors?: components["schemas"]["FaultSchema"][] | null;
            /**
             * Instance
             * @default null
             */
            instance?: string | null;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /** Type */
            type: string;
        };
        /**
         * QuantityRequest
         * @description What to release or ship of an allocation; without a quantity, all of it.
         */
        QuantityRequest: {
            /** Quantity */
            quantity?: Decimal | string | null;
        };
        /**
         * Reason
         * @description Why a lot was picked.
         * @enum {string}
         */
        Reason: "named-lot" | "single-lot" | "oldest-receipt" | "newest-receipt" | "earliest-expiry" | "lowest-price" | "highest-price" | "preferred-location" | "fewest-lots";
        /**
         * ResultStatus
         * @description What has become of an allocation.
         * @enum {string}
         */
        ResultStatus: "allocated" | "released" | "shipped";
        /**
         * RowError
         * @description One thing wrong with one row; the header is row 1.
         */
        RowError: {
            /** Code */
            code: string;
            /** Column */
            column: string | null;
            /** Message */
            message: string;
            /** Row */
            row: number;
            /** Value */
            value: string | null;
        };
        /**
         * RunStatus
         * @description How far a run has come.
         * @enum {string}
         */
        RunStatus: "queued" | "running" | "completed" | "failed" | "cancelled";
        /**
         * Scarcity
         * @description Who gets scarce stock: those first in line, or everybody a share.
         * @enum {string}
         */
        Scarcity: "sequence" | "fair_share";
        /**
         * SettleRequest
         * @description What to release or ship of an order; without lines, all that is allocated.
         */
        SettleRequest: {
            /** Lines */
            lines?: components["schemas"]["LineQuantity"][] | null;
        };
        /**
         * ShortageReason
         * @description What kept stock from a line; each is asked in this order.
         * @enum {string}
         */
        ShortageReason: "order-must-be-complete" | "fair-share" | "safety-stock" | "no-single-lot" | "held" | "not-yet-received" | "expires-too-soon" | "date-reversal" | "wrong-location" | "all-allocated" | "no-stock" | "lot-exhausted";
        /**
         * ShortageReasonResponse
         * @description One reason, and how much of the shortage it explains.
         */
        ShortageReasonResponse: {
            code: components["schemas"]["ShortageReason"];
            /** Quantity */
            quantity: Decimal;
        };
        /**
         * ShortageResponse
         * @description What a run could not give a line.
         */
        ShortageResponse: {
            /** Item Code */
            item_code: string;
            /** Line No */
            line_no: number;
            /** Order Id */
            order_id: number;
            /** Reasons */
            reasons: components["schemas"]["ShortageReasonResponse"][];
            /** Short Quantity */
            short_quantity: Decimal;
        };
        /**
         * StatusResponse
         * @description How the service is.
         */
        StatusResponse: {
            /** Status */
            status: string;
        };
        /**
         * StockAgeBucket
         * @description Stock on hand that was received so many days ago; `to_days` is null in the last bucket.
         */
        StockAgeBucket: {
            /** From Days */
            from_days: number;
            /** Lots */
            lots: number;
            /** Quantity */
            quantity: Decimal;
            /** To Days */
            to_days: number | null;
            /** Value */
            value: Decimal;
        };
        /**
         * StockAgeResponse
         * @description Stock on hand by age.
         */
        StockAgeResponse: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Items */
            items: components["schemas"]["StockAgeBucket"][];
        };
    };
    responses: {
        /** @description An error */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    allocate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
                /** @description `respond-async`: queue the run and answer 202 */
                prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllocationRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationRunResponse"];
                };
            };
            /** @description The run is queued; `Location` shows it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationRunResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    compare_methods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompareRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompareResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_allocation_methods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_AllocationMethodResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_allocation_results: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                inventory_id?: number | null;
                item_code?: string | null;
                /** @description Rows a page */
                limit?: number;
                lot_number?: string | null;
                order_id?: number | null;
                run_id?: number | null;
                status?: components["schemas"]["ResultStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_AllocationResultResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    release_allocation_result: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["QuantityRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationResultResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    ship_allocation_result: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["QuantityRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationResultResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_allocation_runs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                /** @description Rows a page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_AllocationRunResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_allocation_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationRunResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cancel_allocation_run: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationRunResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_shortages: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                /** @description Rows a page */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_ShortageResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                /** @description Rows a page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_AuditEntryResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_availability: {
        parameters: {
            query?: {
                /** @description Default: today */
                as_of?: string | null;
                /** @description Repeatable; default: every item */
                item_code?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvailabilityResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    announce_import: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    upload_file: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_inventories: {
        parameters: {
            query?: {
                /** @description Whether something is available */
                available?: boolean | null;
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                /** @description Strictly before */
                expires_before?: string | null;
                item_code?: string | null;
                /** @description Rows a page */
                limit?: number;
                location?: string | null;
                lot_number?: string | null;
                /** @description Whether something is on hand */
                on_hand?: boolean | null;
                /** @description Strictly before */
                received_before?: string | null;
                /** @description That day or later */
                received_since?: string | null;
                sort?: components["schemas"]["InventorySort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_InventoryResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    receive_inventory: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InventoryRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    adjust_inventory: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    hold_inventory: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_movements: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                /** @description Rows a page */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_MovementResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    unhold_inventory: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    import_inventories: {
        parameters: {
            query?: {
                /** @description Check and write nothing */
                dry_run?: boolean;
                /** @description skip: take the good rows and report the bad ones */
                on_error?: components["schemas"]["OnError"];
            };
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description The file is refused as a whole, or the request is */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ImportProblem"] | components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_items: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                /** @description Rows a page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_ItemResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item_code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_item: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                item_code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_item_costs: {
        parameters: {
            query?: {
                /** @description Like 2026-04; default: every month with a change */
                month?: string | null;
            };
            header?: never;
            path: {
                item_code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemCostsResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description The day of creation */
                created_on?: string | null;
                /** @description `next_cursor` of the page before */
                cursor?: string | null;
                item_code?: string | null;
                /** @description Rows a page */
                limit?: number;
                reference?: string | null;
                /** @description Strictly before */
                requested_before?: string | null;
                /** @description Whether something is open */
                short?: boolean | null;
                sort?: components["schemas"]["OrderSort"];
                status?: components["schemas"]["OrderStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageResponse_OrderResponse_"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    create_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderRequest"] | components["schemas"]["OrderInShort"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    change_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cancel_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    release_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SettleRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    ship_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SettleRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    import_orders: {
        parameters: {
            query?: {
                /** @description Check and write nothing */
                dry_run?: boolean;
                /** @description skip: take the good rows and report the bad ones */
                on_error?: components["schemas"]["OnError"];
            };
            header?: {
                /** @description Repeat a change safely: within 24 hours the same key gives the first answer again */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description The file is refused as a whole, or the request is */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ImportProblem"] | components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    report_backlog: {
        parameters: {
            query?: {
                /** @description Default: today */
                as_of?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BacklogResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    report_fill_rate: {
        parameters: {
            query?: {
                /** @description Default: 30 days before `until` */
                since?: string | null;
                /** @description Default: today */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FillRateResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    report_stock_age: {
        parameters: {
            query?: {
                /** @description Default: today */
                as_of?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockAgeResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
