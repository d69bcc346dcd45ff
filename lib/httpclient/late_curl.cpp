// The functions of libcurl that are used here, taken from the library when the first is called.
// With it come some twenty others, 4 MB and 15 ms at each start of a program that seldom fetches
// anything.

#include "latelibrary/library.h"

#include <cstdarg>
#include <curl/curl.h>

namespace {

template <class Function> Function* real(const char* name) {
  static const mox::latelibrary::Library library("libcurl.so.4");
  return library.find<Function>(name);
}

} // namespace

// The header has macros of these names, which check the types of what is given.
#undef curl_easy_setopt
#undef curl_easy_getinfo

// libcurl itself reads what follows an enum in the same way.
#pragma clang diagnostic ignored "-Wvarargs"

extern "C" {

// Called before all others, which are not called when this fails.
CURLcode curl_global_init(long flags) {
  auto* const init = real<decltype(curl_global_init)>("curl_global_init");
  return init == nullptr ? CURLE_FAILED_INIT : init(flags);
}

CURL* curl_easy_init() {
  return real<decltype(curl_easy_init)>("curl_easy_init")();
}

void curl_easy_cleanup(CURL* curl) {
  real<decltype(curl_easy_cleanup)>("curl_easy_cleanup")(curl);
}

CURLcode curl_easy_perform(CURL* curl) {
  return real<decltype(curl_easy_perform)>("curl_easy_perform")(curl);
}

const char* curl_easy_strerror(CURLcode code) {
  return real<decltype(curl_easy_strerror)>("curl_easy_strerror")(code);
}

// What follows the option is one long or one pointer; both have the size of a pointer, and are
// handed over alike, on every system that mox runs on (32 bits are refused).
CURLcode curl_easy_setopt(CURL* curl, CURLoption option, ...) {
  static_assert(sizeof(long) == sizeof(void*));
  std::va_list arguments;
  va_start(arguments, option);
  void* const value = va_arg(arguments, void*);
  va_end(arguments);
  static auto* const set = real<decltype(curl_easy_setopt)>("curl_easy_setopt");
  return set(curl, option, value);
}

CURLcode curl_easy_getinfo(CURL* curl, CURLINFO info, ...) {
  std::va_list arguments;
  va_start(arguments, info);
  void* const into = va_arg(arguments, void*);
  va_end(arguments);
  return real<decltype(curl_easy_getinfo)>("curl_easy_getinfo")(curl, info, into);
}

curl_slist* curl_slist_append(curl_slist* list, const char* line) {
  return real<decltype(curl_slist_append)>("curl_slist_append")(list, line);
}

void curl_slist_free_all(curl_slist* list) {
  real<decltype(curl_slist_free_all)>("curl_slist_free_all")(list);
}

CURLU* curl_url() {
  return real<decltype(curl_url)>("curl_url")();
}

void curl_url_cleanup(CURLU* url) {
  real<decltype(curl_url_cleanup)>("curl_url_cleanup")(url);
}

CURLUcode curl_url_set(CURLU* url, CURLUPart part, const char* text, unsigned flags) {
  return real<decltype(curl_url_set)>("curl_url_set")(url, part, text, flags);
}

CURLUcode curl_url_get(CURLU* url, CURLUPart part, char** text, unsigned flags) {
  return real<decltype(curl_url_get)>("curl_url_get")(url, part, text, flags);
}

void curl_free(void* memory) {
  real<decltype(curl_free)>("curl_free")(memory);
}

} // extern "C"
