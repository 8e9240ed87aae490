
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "blocks": {
                  Row: {
                    "blocked_id": string,"blocker_id": string,"created_at": string,"id": string,"rev": number,"txid": unknown,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "blocked_id": string,"blocker_id"?: string,"created_at"?: string,"id"?: string,"rev"?: number,"txid"?: unknown,"updated_at"?: string
                  }
                  Update: {
                    "blocked_id"?: string,"blocker_id"?: string,"created_at"?: string,"id"?: string,"rev"?: number,"txid"?: unknown,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "blocks_blocked_id_fkey"
      columns: ["blocked_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "blocks_blocker_id_fkey"
      columns: ["blocker_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"conversations": {
                  Row: {
                    "created_at": string,"id": string,"other_id": string,"owner_id": string,"read_until": string | null,"rev": number,"txid": unknown,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"other_id": string,"owner_id"?: string,"read_until"?: string | null,"rev"?: number,"txid"?: unknown,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"other_id"?: string,"owner_id"?: string,"read_until"?: string | null,"rev"?: number,"txid"?: unknown,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "conversations_other_id_fkey"
      columns: ["other_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "conversations_owner_id_fkey"
      columns: ["owner_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"events": {
                  Row: {
                    "cancelled": boolean,"capacity": number | null,"created_at": string,"description": string,"ends_at": string | null,"guest_limit": number,"host_id": string,"id": string,"location": string,"rev": number,"starts_at": string,"time_zone": string,"title": string,"txid": unknown,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "cancelled"?: boolean,"capacity"?: number | null,"created_at"?: string,"description"?: string,"ends_at"?: string | null,"guest_limit"?: number,"host_id"?: string,"id"?: string,"location"?: string,"rev"?: number,"starts_at": string,"time_zone"?: string,"title": string,"txid"?: unknown,"updated_at"?: string
                  }
                  Update: {
                    "cancelled"?: boolean,"capacity"?: number | null,"created_at"?: string,"description"?: string,"ends_at"?: string | null,"guest_limit"?: number,"host_id"?: string,"id"?: string,"location"?: string,"rev"?: number,"starts_at"?: string,"time_zone"?: string,"title"?: string,"txid"?: unknown,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "events_host_id_fkey"
      columns: ["host_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"private_messages": {
                  Row: {
                    "body": string,"created_at": string,"id": string,"recipient_id": string,"rev": number,"sender_id": string,"txid": unknown,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "body": string,"created_at"?: string,"id"?: string,"recipient_id": string,"rev"?: number,"sender_id"?: string,"txid"?: unknown,"updated_at"?: string
                  }
                  Update: {
                    "body"?: string,"created_at"?: string,"id"?: string,"recipient_id"?: string,"rev"?: number,"sender_id"?: string,"txid"?: unknown,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "private_messages_recipient_id_fkey"
      columns: ["recipient_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "private_messages_sender_id_fkey"
      columns: ["sender_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"reactions": {
                  Row: {
                    "created_at": string,"emoji": string,"message_id": string,"rev": number,"txid": unknown,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"emoji": string,"message_id": string,"rev"?: number,"txid"?: unknown,"updated_at"?: string,"user_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"emoji"?: string,"message_id"?: string,"rev"?: number,"txid"?: unknown,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "reactions_message_id_fkey"
      columns: ["message_id"]
isOneToOne: false
      referencedRelation: "tavern_messages"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "reactions_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"rsvps": {
                  Row: {
                    "created_at": string,"event_id": string,"guests": number,"rev": number,"status": string,"txid": unknown,"updated_at": string,"user_id": string,"waiting_since": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"event_id": string,"guests"?: number,"rev"?: number,"status": string,"txid"?: unknown,"updated_at"?: string,"user_id"?: string,"waiting_since"?: string | null
                  }
                  Update: {
                    "created_at"?: string,"event_id"?: string,"guests"?: number,"rev"?: number,"status"?: string,"txid"?: unknown,"updated_at"?: string,"user_id"?: string,"waiting_since"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "rsvps_event_id_fkey"
      columns: ["event_id"]
isOneToOne: false
      referencedRelation: "events"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "rsvps_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"settings": {
                  Row: {
                    "created_at": string,"read_receipts": boolean,"rev": number,"txid": unknown,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"read_receipts"?: boolean,"rev"?: number,"txid"?: unknown,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"read_receipts"?: boolean,"rev"?: number,"txid"?: unknown,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    
                  ]
                },"sync_state": {
                  Row: {
                    "complete_since": unknown,"database_id": string,"only_row": boolean
                  }
                  ComputedFields: never
                  Insert: {
                    "complete_since"?: unknown,"database_id"?: string,"only_row"?: boolean
                  }
                  Update: {
                    "complete_since"?: unknown,"database_id"?: string,"only_row"?: boolean
                  }
                  Relationships: [
                    
                  ]
                },"tavern_messages": {
                  Row: {
                    "author_id": string,"body": string,"created_at": string,"edited_at": string | null,"id": string,"reply_to": string | null,"rev": number,"txid": unknown,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "author_id"?: string,"body": string,"created_at"?: string,"edited_at"?: string | null,"id"?: string,"reply_to"?: string | null,"rev"?: number,"txid"?: unknown,"updated_at"?: string
                  }
                  Update: {
                    "author_id"?: string,"body"?: string,"created_at"?: string,"edited_at"?: string | null,"id"?: string,"reply_to"?: string | null,"rev"?: number,"txid"?: unknown,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "tavern_messages_author_id_fkey"
      columns: ["author_id"]
isOneToOne: false
      referencedRelation: "users"
      referencedColumns: ["id"]
    }
                  ]
                },"tombstones": {
                  Row: {
                    "died_at": string,"key": NonNullable<Json>,"rev": number,"table_name": string,"txid": unknown,"visible_to": (string)[] | null
                  }
                  ComputedFields: never
                  Insert: {
                    "died_at"?: string,"key": NonNullable<Json>,"rev": number,"table_name": string,"txid": unknown,"visible_to"?: (string)[] | null
                  }
                  Update: {
                    "died_at"?: string,"key"?: NonNullable<Json>,"rev"?: number,"table_name"?: string,"txid"?: unknown,"visible_to"?: (string)[] | null
                  }
                  Relationships: [
                    
                  ]
                },"users": {
                  Row: {
                    "bio": string,"created_at": string,"display_name": string,"id": string,"links": string,"pronouns": string,"rev": number,"txid": unknown,"updated_at": string,"username": string
                  }
                  ComputedFields: never
                  Insert: {
                    "bio"?: string,"created_at"?: string,"display_name": string,"id": string,"links"?: string,"pronouns"?: string,"rev"?: number,"txid"?: unknown,"updated_at"?: string,"username": string
                  }
                  Update: {
                    "bio"?: string,"created_at"?: string,"display_name"?: string,"id"?: string,"links"?: string,"pronouns"?: string,"rev"?: number,"txid"?: unknown,"updated_at"?: string,"username"?: string
                  }
                  Relationships: [
                    
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "erase_my_account":
{ Args: { "name": string }; Returns: boolean
                           },
"export_my_data":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"search_tavern":
{ Args: { "said_before"?: string,"words": string }; Returns: {
              "author_id": string,
"body": string,
"created_at": string,
"edited_at": string | null,
"id": string,
"reply_to": string | null,
"rev": number,
"txid": unknown,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "tavern_messages"
        isOneToOne: false
        isSetofReturn: true
      } },
"sync":
{ Args: { "cursor"?: string,"scope"?: Json,"whole"?: (string)[] }; Returns: Json
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            
          }
        }
} as const
